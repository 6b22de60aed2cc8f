// Opens by keyboard what the theme opens for the mouse alone: the menu, the user menu (password, API tokens, log out),
// and the filters of a table. `shown` is what is opened or closed; `first` has the focus then.
const MENU = '[x-on\\:click^="sidebarMobileOpen"]'; // of a narrow window: a button in the header opens it, its own closes it
const HEADER = `${MENU}:not(#nav-sidebar *)`;
const OPENERS = [
  { opener: HEADER, label: "Open the menu", shown: "#nav-sidebar", first: `#nav-sidebar ${MENU}` },
  { opener: `#nav-sidebar ${MENU}`, label: "Close the menu", first: HEADER },
  { opener: '[x-on\\:click^="sidebarDesktopOpen"]', label: "Menu", shown: "#nav-sidebar" },
  { opener: '[x-data*="openUserLinks"] > [x-on\\:click]', label: "Your account" },
  { opener: 'a[x-on\\:click="filterOpen = true"]', label: "Filters", first: "#filter-form :is(select, input:not([type=hidden]))" },
];
document.addEventListener("DOMContentLoaded", () => {
  for (const { opener: selector, label, shown, first } of OPENERS) {
    const opener = document.querySelector(selector);
    if (!opener) continue;
    opener.tabIndex = 0;
    opener.setAttribute("role", "button");
    opener.setAttribute("aria-label", label);
    if (shown) {
      const part = document.querySelector(shown);
      const tell = () => opener.setAttribute("aria-expanded", part.offsetWidth > 0);
      new ResizeObserver(tell).observe(part); // also where another button closes it
    }
    opener.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      opener.click();
      if (first) setTimeout(() => document.querySelector(first)?.focus()); // once it is shown
    });
  }
});
