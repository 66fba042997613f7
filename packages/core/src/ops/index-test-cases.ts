import { tensor } from '../tensor/create.ts'
import type { Shape } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { ellipsis, type IndexEntry, newAxis } from './index-spec.ts'

export type Ints = (values: number | number[] | number[][], dtype?: 'int32' | 'uint8') => Tensor

/** An index, and what it selects. */
export interface Row {
  readonly numpy: string
  readonly entries: (ints: Ints) => readonly IndexEntry[]
  readonly shape: Shape
  /** Positions in row-major order in a tensor of shape [2, 3, 4]. */
  readonly values: readonly number[]
}

// As NumPy 2.4 prints them for x = arange(24).reshape(2, 3, 4).
export const rows: readonly Row[] = [
  { numpy: '1', entries: () => [1], shape: [3, 4], values: [12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23] },
  { numpy: '-1,2', entries: () => [-1, 2], shape: [4], values: [20, 21, 22, 23] },
  { numpy: ':,-1', entries: () => [null, -1], shape: [2, 4], values: [8, 9, 10, 11, 20, 21, 22, 23] },
  { numpy: '...,0', entries: () => [ellipsis, 0], shape: [2, 3], values: [0, 4, 8, 12, 16, 20] },
  {
    numpy: '1,...,1:3',
    entries: () => [1, ellipsis, [1, 3]],
    shape: [3, 2],
    values: [13, 14, 17, 18, 21, 22],
  },
  {
    numpy: 'None,0,::-2,None',
    entries: () => [newAxis, 0, [null, null, -2], newAxis],
    shape: [1, 2, 1, 4],
    values: [8, 9, 10, 11, 0, 1, 2, 3],
  },
  {
    numpy: '...',
    entries: () => [ellipsis],
    shape: [2, 3, 4],
    values: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23],
  },
  {
    numpy: '0:1,:,3:0:-2',
    entries: () => [[0, 1], null, [3, 0, -2]],
    shape: [1, 3, 2],
    values: [3, 1, 7, 5, 11, 9],
  },
  { numpy: '1,2,3', entries: () => [1, 2, 3], shape: [], values: [23] },
  {
    numpy: '[1,0,1]',
    entries: (ints) => [ints([1, 0, 1])],
    shape: [3, 3, 4],
    values: [
      12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
      16, 17, 18, 19, 20, 21, 22, 23,
    ],
  },
  {
    numpy: ':,[[2,0]]',
    entries: (ints) => [null, ints([[2, 0]])],
    shape: [2, 1, 2, 4],
    values: [8, 9, 10, 11, 0, 1, 2, 3, 20, 21, 22, 23, 12, 13, 14, 15],
  },
  {
    numpy: '...,[3,1]',
    entries: (ints) => [ellipsis, ints([3, 1])],
    shape: [2, 3, 2],
    values: [3, 1, 7, 5, 11, 9, 15, 13, 19, 17, 23, 21],
  },
  {
    numpy: '0,:,[3,1]',
    entries: (ints) => [0, null, ints([3, 1])],
    shape: [2, 3],
    values: [3, 7, 11, 1, 5, 9],
  },
  {
    numpy: '0,[2,1]',
    entries: (ints) => [0, ints([2, 1])],
    shape: [2, 4],
    values: [8, 9, 10, 11, 4, 5, 6, 7],
  },
  { numpy: ':,1,[3,1]', entries: (ints) => [null, 1, ints([3, 1])], shape: [2, 2], values: [7, 5, 19, 17] },
  {
    numpy: '[1,0],[2,0]',
    entries: (ints) => [ints([1, 0]), ints([2, 0])],
    shape: [2, 4],
    values: [20, 21, 22, 23, 0, 1, 2, 3],
  },
  {
    numpy: '[1,0],:,[2,0]',
    entries: (ints) => [ints([1, 0]), null, ints([2, 0])],
    shape: [2, 3],
    values: [14, 18, 22, 0, 4, 8],
  },
  {
    numpy: ':,[1,0],[2,3]',
    entries: (ints) => [null, ints([1, 0]), ints([2, 3])],
    shape: [2, 2],
    values: [6, 3, 18, 15],
  },
  {
    numpy: ':,[[1],[0]],[2,3,0]',
    entries: (ints) => [null, ints([[1], [0]]), ints([2, 3, 0])],
    shape: [2, 2, 3],
    values: [6, 7, 4, 2, 3, 0, 18, 19, 16, 14, 15, 12],
  },
  {
    numpy: '[1,0],...,[2,0],1',
    entries: (ints) => [ints([1, 0]), ellipsis, ints([2, 0]), 1],
    shape: [2],
    values: [21, 1],
  },
  {
    numpy: ':,[0,2],...,[1,1]',
    entries: (ints) => [null, ints([0, 2]), ellipsis, ints([1, 1])],
    shape: [2, 2],
    values: [1, 13, 9, 21],
  },
  {
    numpy: ':,[0,2],None,1',
    entries: (ints) => [null, ints([0, 2]), newAxis, 1],
    shape: [2, 2, 1],
    values: [1, 13, 9, 21],
  },
  {
    numpy: 'None,:,[0,2],1:2,None',
    entries: (ints) => [newAxis, null, ints([0, 2]), [1, 2], newAxis],
    shape: [1, 2, 2, 1, 1],
    values: [1, 9, 13, 21],
  },
  {
    numpy: ':,None,[[0],[2]],3',
    entries: (ints) => [null, newAxis, ints([[0], [2]]), 3],
    shape: [2, 1, 2, 1],
    values: [3, 11, 15, 23],
  },
  {
    numpy: '::-1,1,[3]',
    entries: (ints) => [[null, null, -1], 1, ints([3])],
    shape: [2, 1],
    values: [19, 7],
  },
  {
    numpy: ':,np.array(1)',
    entries: (ints) => [null, ints(1), null],
    shape: [2, 4],
    values: [4, 5, 6, 7, 16, 17, 18, 19],
  },
  {
    numpy: 'np.array(1),:,np.array(2)',
    entries: (ints) => [ints(1), null, ints(2)],
    shape: [3],
    values: [14, 18, 22],
  },
  { numpy: 'np.array([],int),0', entries: (ints) => [ints([]), 0], shape: [0, 4], values: [] },
  {
    numpy: 'None,[1],None,None,1:3,[0]',
    entries: (ints) => [newAxis, ints([1]), newAxis, newAxis, [1, 3], ints([0])],
    shape: [1, 1, 1, 1, 2],
    values: [16, 20],
  },
]

/** Positions on the current backend. */
export const ints: Ints = (values, dtype = 'int32') => tensor(values, { dtype })

/** Integers on the backend of a tensor, disposed together with what is made of them. */
export function intsFor(x: Tensor): { ints: Ints; dispose: () => void } {
  const made: Tensor[] = []
  return {
    ints: (values, dtype = 'int32') => {
      const indices = tensor(values, { dtype, backend: x.storage.backend })
      made.push(indices)
      return indices
    },
    dispose: () => {
      for (const indices of made) indices.dispose()
    },
  }
}
