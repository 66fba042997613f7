import { ArgumentError, type Json } from '@tapegrad/core'
import type { ConfigReader } from '../saving/config-reader.ts'
import { checkNumber } from '../saving/option-values.ts'

/** One threshold or several; null: the default one. */
export type Thresholds = number | readonly number[] | null

/** Checks thresholds from 0 to 1. */
export function checkThresholds(op: string, thresholds: unknown): Thresholds {
  if (thresholds === null) return null
  if (!Array.isArray(thresholds)) return checkNumber(op, 'thresholds', thresholds, 'unitInterval')
  if (thresholds.length > 0) {
    return thresholds.map((each) => checkNumber(op, 'thresholds', each, 'unitInterval'))
  }
  throw new ArgumentError('there are no thresholds', { op, received: { thresholds } })
}

export function listThresholds(thresholds: Thresholds, start: number): readonly number[] {
  if (thresholds === null) return [start]
  return typeof thresholds === 'number' ? [thresholds] : thresholds
}

/** `count` thresholds from 0 to 1 at equal distances. */
export function evenThresholds(count: number): readonly number[] {
  return Array.from({ length: count }, (_, i) => i / (count - 1))
}

export function writeThresholds(thresholds: Thresholds): Json {
  return typeof thresholds === 'object' && thresholds !== null ? [...thresholds] : thresholds
}

/** Thresholds, as a file holds them. */
export function readThresholds(read: ConfigReader): Thresholds {
  const isList = Array.isArray(read.json('thresholds', null))
  return isList ? readNumbers(read, 'thresholds') : read.number('thresholds', null)
}

/** A list of numbers, or null. */
export function readNumbers(read: ConfigReader, key: string): readonly number[] | null {
  const value = read.json(key, null)
  if (value === null) return null
  if (Array.isArray(value) && value.every((each) => Number.isFinite(each))) return value as readonly number[]
  throw read.error('the config has an entry of the wrong kind', key, 'a list of finite numbers')
}
