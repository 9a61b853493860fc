declare const __VERSION__: string;

// Of the page: of package.json, and the revision that it was built from.
export const version = __VERSION__;
