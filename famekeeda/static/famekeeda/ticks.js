// The box “all on this page” of a table ticks its boxes, and says whether all of them are ticked.
document.addEventListener("change", ({ target }) => {
  if (!(target instanceof HTMLInputElement) || !target.form?.matches(".fk-ticks")) return;
  const all = target.form.elements.all;
  const boxes = [...target.form.elements].filter((box) => box.name === "influencer");
  if (target === all) boxes.forEach((box) => (box.checked = all.checked));
  else all.checked = boxes.every((box) => box.checked);
});
