// The longest line of generated code.
export const width = 140;
