// A file of the disk through thoraxlite.screen(), by the page's own file input's kind of File.
export async function screenInPage(page, path) {
  const input = await page.evaluateHandle(() =>
    Object.assign(document.createElement("input"), { type: "file" }),
  );
  await input.asElement().setInputFiles(path);
  return input.evaluate((input) => thoraxlite.screen(input.files[0]));
}
