// Reads the files that a person chose.

/** The bytes of a file as base64. */
export function base64(file) {
  return new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => failed(new Error("couldn't be read"));
    reader.readAsDataURL(file);
  });
}
