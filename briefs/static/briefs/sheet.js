// Copies the brief or its caption, and prints.
const done = document.getElementById("done");

const copied = async (element) => {
  try {
    await navigator.clipboard.writeText(element.innerText);
    return true;
  } catch {
    // Not over plain HTTP from another machine: then as before there was a clipboard API.
    getSelection().selectAllChildren(element);
    return document.execCommand("copy");
  }
};

for (const button of document.querySelectorAll("[data-copy]")) {
  button.addEventListener("click", async () => {
    const isCopied = await copied(document.getElementById(button.dataset.copy));
    done.textContent = isCopied ? "Copied." : "Select it and copy by hand.";
  });
}
document.querySelector("[data-print]").addEventListener("click", () => print());
