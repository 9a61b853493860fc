declare const __VERSION__: string;

// Of the page and of the core inside it: wasm/core/version.h says what it looks like.
export const version = __VERSION__;
