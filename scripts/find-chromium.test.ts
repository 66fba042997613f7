import { describe, expect, test } from 'vitest'
import { findChromium, type Machine } from './find-chromium.ts'
import { findVulkanDriver } from './find-vulkan-driver.ts'

function machine(platform: NodeJS.Platform, env: Machine['env'], ...files: readonly string[]): Machine {
  return { platform, env, exists: (path) => files.includes(path) }
}

describe('findChromium', () => {
  test('takes what CHROMIUM_PATH names before anything else', () => {
    const env = { CHROMIUM_PATH: '/opt/mine', PATH: '/usr/bin' }
    expect(findChromium(machine('linux', env, '/usr/bin/chromium', '/opt/mine'))).toBe('/opt/mine')
  })

  test('refuses a CHROMIUM_PATH that names nothing, whatever else there is', () => {
    const env = { CHROMIUM_PATH: '/opt/mine', PATH: '/usr/bin' }
    expect(() => findChromium(machine('linux', env, '/usr/bin/chromium'))).toThrow('/opt/mine')
  })

  test('looks through the PATH in its order', () => {
    const env = { PATH: '/usr/local/bin:/usr/bin', CHROMIUM_PATH: '' }
    const files = ['/usr/bin/chromium', '/usr/local/bin/chromium', '/usr/local/bin/google-chrome']
    expect(findChromium(machine('linux', env, ...files))).toBe('/usr/local/bin/chromium')
    expect(findChromium(machine('linux', env, '/usr/bin/google-chrome'))).toBe('/usr/bin/google-chrome')
  })

  test('knows the folders of macOS and Windows', () => {
    const chrome = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'
    expect(findChromium(machine('darwin', {}, chrome))).toBe(chrome)
    const program = 'C:\\Programs\\Google\\Chrome\\Application\\chrome.exe'
    expect(findChromium(machine('win32', { PROGRAMFILES: 'C:\\Programs' }, program))).toBe(program)
  })

  test('says that there is none', () => {
    expect(findChromium(machine('linux', { PATH: '/usr/bin' }))).toBeUndefined()
    expect(findChromium(machine('linux', {}))).toBeUndefined()
    expect(findChromium(machine('win32', {}))).toBeUndefined()
  })
})

describe('findVulkanDriver', () => {
  const beside = '/usr/lib/chromium/vk_swiftshader_icd.json'

  test('leaves a driver that the user named', () => {
    const env = { VK_ICD_FILENAMES: '/etc/vulkan/icd.d/nvidia_icd.json' }
    expect(findVulkanDriver(machine('linux', env, beside))).toBe('/etc/vulkan/icd.d/nvidia_icd.json')
  })

  test('takes the one beside Chromium on Linux, and none elsewhere', () => {
    expect(findVulkanDriver(machine('linux', {}, beside))).toBe(beside)
    expect(findVulkanDriver(machine('linux', {}))).toBeUndefined()
    expect(findVulkanDriver(machine('darwin', {}, beside))).toBeUndefined()
  })
})
