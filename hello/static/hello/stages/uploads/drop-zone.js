// Where files are dropped, chosen or pasted.

import { find, onClick } from "../../lab/dom.js";
import { picture } from "./samples.js";

/** `take(file, way)` is called for each file; the ways are `tus`, `form` and `direct`. */
export function startDropZone(take) {
  const zone = find("#drop");
  const input = find("#file");
  const way = () => find("[name=way]:checked").value;
  const all = (files) => [...files].forEach((file) => take(file, way()));
  input.addEventListener("change", () => {
    all(input.files);
    input.value = ""; // the same file may be chosen again
  });
  for (const type of ["dragenter", "dragover"]) zone.addEventListener(type, (event) => over(event, zone, true));
  for (const type of ["dragleave", "drop"]) zone.addEventListener(type, (event) => over(event, zone, false));
  zone.addEventListener("drop", (event) => all(event.dataTransfer.files));
  document.addEventListener("paste", (event) => all(event.clipboardData.files));
  onClick("[data-picture]", async () => {
    const painted = await picture();
    take(painted, way()); // the button does not wait until it is sent
  });
}

function over(event, zone, isOver) {
  event.preventDefault();
  zone.classList.toggle("over", isOver);
}
