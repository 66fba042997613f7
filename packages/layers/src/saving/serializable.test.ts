import { type Config, type Json, mul, SerializationError, type Tensor } from '@tapegrad/core'
import { describe, expect, test } from 'vitest'
import { deserializeFunction, serializeFunction } from './functions.ts'
import {
  deserializeObject,
  registerSerializable,
  type SerializableClass,
  type SerializableFunction,
  serializeObject,
  withCustomObjects,
} from './serializable.ts'

class Point {
  static readonly className: string = 'Point'
  readonly x: number
  constructor(x: number) {
    this.x = x
  }
  static fromConfig({ x }: Config): Point {
    return new Point(x as number)
  }
  getConfig(): Config {
    return { x: this.x }
  }
}

class Other extends Point {
  static override readonly className: string = 'Other'
}

const builtIn = new Map<string, SerializableClass<Point>>([['Point', Point]])
const read = (json: Json): Point => deserializeObject('point', json, builtIn)

describe('objects', () => {
  const json = { module: 'keras.points', class_name: 'Point', config: { x: 3 }, registered_name: null }

  test('go to JSON and back', () => {
    expect(serializeObject('keras.points', new Point(3))).toEqual(json)
    expect(read(JSON.parse(JSON.stringify(json)) as Json)).toEqual(new Point(3))
  })

  test('need no module, registered name or config to be read', () => {
    expect(read({ class_name: 'Point' })).toEqual(new Point(undefined as unknown as number))
  })

  test('of classes of one’s own are found when they are registered, or named around the reading', () => {
    const other = { class_name: 'Other', config: { x: 4 } }
    expect(() => read(other)).toThrow(/unknown point class "Other"[\s\S]*registerSerializable/)
    expect(withCustomObjects({ Other }, () => read(other))).toEqual(new Point(4))
    expect(() => read(other)).toThrow(SerializationError)
    registerSerializable(Other, { package: 'serializable.test' })
    const serialized = serializeObject('keras.points', new Other(5))
    expect(serialized).toEqual({
      module: null,
      class_name: 'Other',
      config: { x: 5 },
      registered_name: 'serializable.test>Other',
    })
    expect(read(JSON.parse(JSON.stringify(serialized)) as Json)).toEqual(new Point(5))
  })

  test('serialized in this program know their class', () => {
    class Local extends Point {
      static override readonly className: string = 'Local'
    }
    const serialized = serializeObject('keras.points', new Local(1))
    expect(read(serialized)).toEqual(new Point(1))
    expect(() => read(JSON.parse(JSON.stringify(serialized)) as Json)).toThrow(SerializationError)
  })

  test.each<[string, Json, RegExp]>([
    ['null', null, /not the description of a point/],
    ['a list', [], /not the description/],
    ['a text', 'Point', /not the description/],
    ['no class name', {}, /no class_name/],
    ['a class name that is no text', { class_name: 3 }, /no class_name/],
    ['a config that is no object', { class_name: 'Point', config: 3 }, /config that is no object/],
    ['a registered name that is no text', { class_name: 'Point', registered_name: 1 }, /no text/],
    ['a misspelt class', { class_name: 'Piont' }, /did you mean Point\?/],
    ['__proto__', { class_name: '__proto__' }, /unknown point class/],
    ['a function in its place', { class_name: 'function', config: 'x' }, /config that is no object/],
  ])('%s is refused', (_, value, message) => {
    expect(() => read(value)).toThrow(SerializationError)
    expect(() => read(value)).toThrow(message)
  })

  test('whose class has no name of its own, or cannot be read, are refused', () => {
    class Nameless extends Point {}
    expect(() => serializeObject('m', new Nameless(1))).toThrow(/no className of its own/)
    class Mute {
      getConfig(): Config {
        return {}
      }
    }
    expect(() => serializeObject('m', new Mute())).toThrow(/cannot be saved/)
  })
})

describe('registerSerializable', () => {
  const double = (x: Tensor): Tensor => mul(x, 2)

  test('returns its target, and may be repeated', () => {
    const options = { package: 'serializable.test', name: 'double' }
    expect(registerSerializable(double, options)).toBe(double)
    expect(registerSerializable(double, options)).toBe(double)
    expect(serializeFunction('activation', double)).toEqual({
      module: null,
      class_name: 'function',
      config: 'serializable.test>double',
      registered_name: 'serializable.test>double',
    })
    expect(deserializeFunction('activation', 'serializable.test>double')).toBe(double)
  })

  test('refuses a name that is taken, no name, and what is neither class nor function', () => {
    const name = 'serializable.test taken'
    registerSerializable(() => 1, { name })
    expect(() => registerSerializable(() => 2, { name })).toThrow(/taken by another object/)
    expect(() => registerSerializable(() => 3)).toThrow(/no name/)
    expect(() => registerSerializable({} as unknown as SerializableFunction)).toThrow(SerializationError)
  })

  test('refuses a class that could not be read back, rather than saving it later', () => {
    class Mute {
      getConfig(): Config {
        return {}
      }
    }
    expect(() => registerSerializable(Mute)).toThrow(/cannot be read back[\s\S]*static className and static/)
  })

  test('functions that are not registered have no name in files', () => {
    expect(() => serializeFunction('activation', (x: Tensor) => x)).toThrow(/registerSerializable/)
    expect(() => deserializeFunction('activation', 'eval')).toThrow(/unknown activation "eval"/)
    expect(() => deserializeFunction('activation', 3)).toThrow(/not the name/)
    // A class is no function, though JavaScript calls it one.
    expect(() => withCustomObjects({ Point }, () => deserializeFunction('activation', 'Point'))).toThrow(
      SerializationError,
    )
  })
})

test('custom objects end with their scope, also when it throws', () => {
  expect(() =>
    withCustomObjects({ Gone: Point as SerializableClass }, () => {
      throw new Error('stop')
    }),
  ).toThrow('stop')
  expect(() => read({ class_name: 'Gone' })).toThrow(SerializationError)
})
