// Opens by keyboard what the theme opens for the mouse alone: the user menu (password, API tokens, log out), and the
// filters of a table, the first of which then has the focus.
const OPENERS = [
  { opener: '[x-data*="openUserLinks"] > [x-on\\:click]', label: "Your account" },
  { opener: 'a[x-on\\:click="filterOpen = true"]', label: "Filters", first: "#filter-form :is(select, input:not([type=hidden]))" },
];
document.addEventListener("DOMContentLoaded", () => {
  for (const { opener: selector, label, first } of OPENERS) {
    const opener = document.querySelector(selector);
    if (!opener) continue;
    opener.tabIndex = 0;
    opener.setAttribute("role", "button");
    opener.setAttribute("aria-label", label);
    opener.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      opener.click();
      if (first) setTimeout(() => document.querySelector(first)?.focus()); // once the filters are shown
    });
  }
});
