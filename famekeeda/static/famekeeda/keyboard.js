// Opens the theme's user menu (password, API tokens, log out) by keyboard: the theme has it for the mouse alone.
document.addEventListener("DOMContentLoaded", () => {
  const opener = document.querySelector('[x-data*="openUserLinks"] > [x-on\\:click]');
  if (!opener) return;
  opener.tabIndex = 0;
  opener.setAttribute("role", "button");
  opener.setAttribute("aria-label", "Your account");
  opener.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    opener.click();
  });
});
