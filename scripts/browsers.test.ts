import { expect, inject, test } from 'vitest'
import { flagsOf } from './browser-projects.ts'
import { findChromium, howToGetChromium } from './find-chromium.ts'

// The projects of the modes do not exist on a machine without a browser: this says so, for each of them.
const program = findChromium()

for (const mode of Object.keys(flagsOf)) {
  if (program !== undefined || inject('ci')) {
    test(`${mode}: there is a Chromium to test it in`, () => {
      expect(program, howToGetChromium).toBeDefined()
    })
  } else {
    test.skip(`${mode} is not tested: ${howToGetChromium}`)
  }
}
