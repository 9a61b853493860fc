// Whether letters and digits work wherever the focus is, or only on the film. Speech input types
// letters by accident, so a person can switch it off (WCAG 2.1.4), in the help.
export const singleKeys = { everywhere: true };
