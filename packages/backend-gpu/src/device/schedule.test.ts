import { expect, test } from 'vitest'
import { makeSchedule } from './schedule.ts'

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0))

test('jobs run in turn, those that are added meanwhile too, and none stops the next', async () => {
  const events: string[] = []
  const schedule = makeSchedule(false, (error) => events.push(`error ${(error as Error).message}`))
  schedule.add(async () => {
    events.push('first')
    schedule.add(() => void events.push('third'))
    await turn()
    throw new Error('1')
  })
  schedule.add(() => {
    events.push('second')
    throw new Error('2')
  })
  expect(events).toEqual([])
  await schedule.idle()
  expect(events).toEqual(['first', 'error 1', 'second', 'error 2', 'third'])
  schedule.add(() => void events.push('fourth'))
  await schedule.idle()
  expect(events.at(-1)).toBe('fourth')
})

test('where everything is synchronous jobs run at once', async () => {
  const events: string[] = []
  const schedule = makeSchedule(true, (error) => events.push(`error ${(error as Error).message}`))
  schedule.add(() => {
    throw new Error('1')
  })
  schedule.add(() => void events.push('second'))
  schedule.add(async () => {
    throw new Error('3')
  })
  expect(events).toEqual(['error 1', 'second'])
  await turn()
  expect(events).toEqual(['error 1', 'second', 'error 3'])
})
