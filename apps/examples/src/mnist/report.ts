/** The line in which training and the fresh process say the same. */
export function accuracyLine(accuracy: number): string {
  return `test accuracy: ${accuracy.toFixed(4)}`
}
