export { argSort, type SortOptions } from './arg-sort.ts'
export { sort } from './sort.ts'
export { sortKernel } from './sort-positions.ts'
export { type TopKOptions, topK } from './top-k.ts'
