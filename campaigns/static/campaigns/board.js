// Moves cards of a campaign's board by drag and drop, and keeps the keyboard's place. Without this script, and for who
// uses no mouse, each card has a menu of the states that may follow.
(() => {
  let dragged = null; // the card
  let moved = null; // the key of the card that was moved by its menu

  const board = () => document.getElementById("board");
  const columnOf = (element) => element.closest?.(".ca-column");

  document.addEventListener("dragstart", (event) => {
    const card = event.target.closest?.(".ca-card[draggable]");
    if (!card) return;
    dragged = card;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", card.dataset.move);
    const after = columnOf(card).dataset.after.split(" ");
    board().classList.add("ca-dragging");
    card.classList.add("ca-dragged");
    for (const column of board().querySelectorAll(".ca-column"))
      column.classList.toggle("ca-may", after.includes(column.dataset.state) || column.contains(card));
  });

  document.addEventListener("dragover", (event) => {
    const over = dragged && columnOf(event.target);
    for (const column of document.querySelectorAll(".ca-over-it")) if (column !== over) column.classList.remove("ca-over-it");
    if (!over) return;
    event.preventDefault(); // lets the card be dropped, also where the server will say what is allowed instead
    over.classList.add("ca-over-it");
  });

  document.addEventListener("drop", (event) => {
    const column = dragged && columnOf(event.target);
    if (!column) return;
    event.preventDefault();
    if (column.contains(dragged)) return;
    const form = board();
    const move = `${dragged.dataset.move}:${column.dataset.state}`;
    htmx.ajax("POST", form.getAttribute("hx-post"), {
      source: form, target: "#creators", swap: "outerHTML", values: { move },
    });
  });

  document.addEventListener("dragend", () => {
    board()?.classList.remove("ca-dragging");
    for (const element of document.querySelectorAll(".ca-dragged, .ca-may, .ca-over-it"))
      element.classList.remove("ca-dragged", "ca-may", "ca-over-it");
    dragged = null;
  });

  // A menu closes with Escape, and when another one opens.
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && event.target.closest?.("details.ca-move, details.ca-menu");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  document.addEventListener("toggle", ({ target }) => {
    if (!target.matches?.("details.ca-move") || !target.open) return;
    for (const other of document.querySelectorAll("details.ca-move[open]")) if (other !== target) other.open = false;
  }, true);

  // Whoever moved a card by its menu goes on from there: the card is elsewhere now.
  document.addEventListener("click", ({ target }) => {
    const button = target.closest?.(".ca-move button");
    if (button) moved = button.closest(".ca-card").dataset.key;
  });
  document.addEventListener("htmx:afterSettle", () => {
    if (moved) document.getElementById(`move-${moved}`)?.focus();
    moved = null;
  });

  document.addEventListener("htmx:sendError", () => said("The server does not answer. Nothing was moved."));
  document.addEventListener("htmx:responseError", () => said("The card could not be moved. Load the page again."));
  const said = (text) => {
    const notice = document.createElement("span");
    notice.className = "fk-notice fk-warn";
    notice.textContent = text;
    document.getElementById("said")?.replaceChildren(notice);
  };
})();
