// One file that outlives a reload of the page, in the browser's own database (IndexedDB).

const NAME = "practice-kept-file";

export const keepFile = (file) => done("readwrite", (files) => files.put(file, "file"));
export const dropFile = () => done("readwrite", (files) => files.delete("file"));

/** The file; undefined where none is kept, or the browser keeps none. */
export const keptFile = () => done("readonly", (files) => files.get("file"));

/** Nothing is raised: a browser in private mode keeps nothing, and the file is chosen again. */
function done(mode, work) {
  return new Promise((resolve) => {
    const opening = indexedDB.open(NAME, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("files");
    opening.onerror = () => resolve(undefined);
    opening.onsuccess = () => {
      const database = opening.result;
      const transaction = database.transaction("files", mode);
      const request = work(transaction.objectStore("files"));
      transaction.oncomplete = () => finish(request.result);
      transaction.onabort = () => finish(undefined);
      const finish = (result) => {
        database.close();
        resolve(result);
      };
    };
  });
}
