// A form is sent once: a second click while the answer is on its way would add what it adds a second time.
const SENT_FOR = 5_000; // milliseconds, after which a form whose answer was a file, or never came, may be sent again
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return; // htmx sends its forms itself
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "true";
  setTimeout(() => delete form.dataset.sent, SENT_FOR);
});
