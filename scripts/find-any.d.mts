/** The lines of a declaration file that have the type `any`: what a package exports must be typed. */
export function findAny(name: string, text: string): string[]
