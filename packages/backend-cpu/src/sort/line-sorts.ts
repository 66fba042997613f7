import { FunctionBuilder, type Local } from '../assembler/index.ts'
import type { KeyType } from './key-type.ts'

/** Lines up to here are sorted by insertion: to count digits takes longer. */
export const longestInserted = 48

/** Bytes of the numbers of keys with each value of a digit, which is a byte. */
const countBytes = 256 * 4

/** The bytes that counts take in the workspace. */
export const countsBytes = ({ bytes }: KeyType): number => bytes * countBytes

const insertionParameters = ['i32', 'i32', 'i32'] as const

/** Sorts keys and moves positions with them. Parameters: their addresses, and how many there are. */
export function insertionSort({
  type,
  bytes,
  load,
  store,
}: KeyType): FunctionBuilder<typeof insertionParameters> {
  const fn = new FunctionBuilder('insertionSort', insertionParameters)
  const [keys, positions, length] = fn.params
  const [steps, nextKey, nextPosition] = [fn.local('i32'), fn.local('i32'), fn.local('i32')]
  const [atKey, atPosition, before] = [fn.local('i32'), fn.local('i32'), fn.local('i32')]
  const [key, other, position] = [fn.local(type), fn.local(type), fn.local('i32')]
  fn.set(nextKey, keys).set(nextPosition, positions)
  fn.op('i32.sub', length, 1).set(steps)
  fn.repeat(steps, () => {
    fn.advance(nextKey, bytes).advance(nextPosition, 4)
    fn.load(load, nextKey).set(key).load('i32.load', nextPosition).set(position)
    fn.set(atKey, nextKey).set(atPosition, nextPosition)
    fn.block((leave) => {
      fn.loop((again) => {
        fn.op('i32.eq', atKey, keys).branchIf(leave)
        fn.op('i32.sub', atKey, bytes).set(before)
        fn.load(load, before).tee(other).op(`${type}.le_u`, key).branchIf(leave)
        fn.store(store, atKey, other).set(atKey, before)
        fn.op('i32.sub', atPosition, 4).set(before)
        fn.get(atPosition).load('i32.load', before).storeStack('i32.store').set(atPosition, before)
        fn.branch(again)
      })
    })
    fn.store(store, atKey, key).store('i32.store', atPosition, position)
  })
  return fn
}

const radixParameters = ['i32', 'i32', 'i32', 'i32', 'i32', 'i32'] as const

/**
 * Sorts keys by their digits, the last digit first, and moves positions with them; digits that are all equal are passed
 * over.
 *
 * Parameters: the addresses of keys and positions, of room for both, and for counts, and how many there are. The result
 * is the address of the sorted positions, in either place.
 */
export function radixSort(keyType: KeyType): FunctionBuilder<typeof radixParameters, readonly ['i32']> {
  const { type, bytes, load } = keyType
  const fn = new FunctionBuilder('radixSort', radixParameters, ['i32'])
  const [keys, positions, otherKeys, otherPositions, counts, length] = fn.params
  const [at, steps, slot, key] = [fn.local('i32'), fn.local('i32'), fn.local('i32'), fn.local(type)]
  const digits = Array.from({ length: bytes }, (_, i) => i)
  fn.bulk('memory.fill', counts, 0, bytes * countBytes)
  fn.set(at, keys).set(steps, length)
  fn.repeat(steps, () => {
    fn.load(load, at).set(key).advance(at, bytes)
    for (const digit of digits) {
      const offset = digit * countBytes
      pushSlot(fn, keyType, key, 8 * digit, counts)
      fn.tee(slot).load('i32.load', slot, offset).op('i32.add', 1).storeStack('i32.store', offset)
    }
  })
  const move = moveByDigit(keyType)
  for (const digit of digits) {
    fn.get(keys).get(positions).get(otherKeys).get(otherPositions)
    fn.op('i32.add', counts, digit * countBytes)
      .get(length)
      .call(move, 8 * digit)
    fn.if(() => {
      exchange(fn, keys, otherKeys)
      exchange(fn, positions, otherPositions)
    })
  }
  return fn.get(positions)
}

/** Pushes where the number of keys with the same digit lies. */
function pushSlot(
  fn: FunctionBuilder,
  { type }: KeyType,
  key: Local,
  shift: Local | number,
  counts: Local<'i32'>,
): void {
  fn.op(`${type}.shr_u`, key, shift)
  if (type === 'i64') fn.op('i32.wrap_i64')
  fn.op('i32.and', 255).op('i32.shl', 2).op('i32.add', counts)
}

function exchange(fn: FunctionBuilder, a: Local<'i32'>, b: Local<'i32'>): void {
  fn.get(a).get(b).set(a).set(b)
}

/** Moves keys and positions to where a digit puts them, in order, unless all have the same; the result says whether. */
function moveByDigit(
  keyType: KeyType,
): FunctionBuilder<readonly (KeyType['type'] | 'i32')[], readonly ['i32']> {
  const { type, bytes, load, store } = keyType
  const fn = new FunctionBuilder('moveByDigit', ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', type] as const, [
    'i32',
  ])
  const [keys, positions, toKeys, toPositions, counts, length, shift] = fn.params
  const [key, slot, place] = [fn.local(type), fn.local('i32'), fn.local('i32')]
  const [at, count, sum, steps] = [fn.local('i32'), fn.local('i32'), fn.local('i32'), fn.local('i32')]
  fn.load(load, keys).set(key)
  pushSlot(fn, keyType, key, shift, counts)
  fn.tee(slot)
    .load('i32.load')
    .op('i32.eq', length)
    .if(() => fn.i32(0).return())
  fn.set(at, counts).set(sum, 0).set(steps, 256)
  fn.repeat(steps, () => {
    fn.load('i32.load', at).set(count).store('i32.store', at, sum)
    fn.op('i32.add', sum, count).set(sum).advance(at, 4)
  })
  fn.repeat(length, () => {
    fn.load(load, keys).set(key)
    pushSlot(fn, keyType, key, shift, counts)
    fn.tee(slot).load('i32.load').set(place)
    fn.get(slot).op('i32.add', place, 1).storeStack('i32.store')
    fn.op('i32.mul', place, bytes).op('i32.add', toKeys).get(key).storeStack(store)
    fn.op('i32.shl', place, 2).op('i32.add', toPositions).load('i32.load', positions).storeStack('i32.store')
    fn.advance(keys, bytes).advance(positions, 4)
  })
  return fn.i32(1)
}
