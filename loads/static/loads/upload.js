// Says that a file is too large before it is sent, takes a dropped file, and shows that sending has begun.
const form = document.getElementById("upload");
const input = form.elements.file;
const error = document.getElementById("file-error");
const box = input.closest("label");

const judge = () => {
  const file = input.files[0];
  const problem = file && file.size > Number(form.dataset.max) ? form.dataset.tooLarge : "";
  input.setCustomValidity(problem);
  error.textContent = problem;
};

input.hasChangeListener = true; // keeps the theme from looking for a text field that is not here
input.addEventListener("change", judge);
box.addEventListener("dragover", (event) => event.preventDefault());
box.addEventListener("drop", (event) => {
  event.preventDefault();
  input.files = event.dataTransfer.files;
  judge();
});
form.addEventListener("submit", () => {
  const button = form.querySelector("button");
  button.disabled = true;
  button.querySelector("[data-label]").textContent = "Sending…";
});
