// Copies the brief or its caption, and prints.
const done = document.getElementById("done");

const copied = async (element) => {
  try {
    await navigator.clipboard.writeText(element.innerText);
    return true;
  } catch {
    // Browsers have no clipboard API on pages that came over plain HTTP from another machine.
    getSelection().selectAllChildren(element);
    return document.execCommand("copy");
  }
};

for (const button of document.querySelectorAll("[data-copy]")) {
  button.addEventListener("click", async () => {
    const isCopied = await copied(document.getElementById(button.dataset.copy));
    done.textContent = isCopied ? "Copied." : "Select the text and copy it by hand.";
  });
}
document.querySelector("[data-print]").addEventListener("click", () => print());
