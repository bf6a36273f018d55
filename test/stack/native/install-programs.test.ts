import { expect, test } from 'bun:test'
import { flavourIn } from '../../../stack/native/install-programs.ts'

test.each([
  ['mariadbd  Ver 10.11.19-MariaDB-0+deb12u1 for debian-linux-gnu on x86_64 (Debian 12)', 'mariadb'],
  ['mariadbd  Ver 11.8.3-MariaDB for osx10.20 on arm64', 'mariadb'],
  ['mysqld  Ver 8.4.6 for Linux on x86_64 (MySQL Community Server - GPL)', 'mysql'],
  ['/usr/sbin/mysqld  Ver 9.7.0 for Linux on x86_64', 'mysql'],
  ['mysqld  Ver 8.0.43-0ubuntu0.22.04.1 for Linux on x86_64 ((Ubuntu))', undefined],
  ['mysqld  Ver 10.6.22-MariaDB-0ubuntu0.22.04.1 for debian-linux-gnu on x86_64', undefined],
  ['', undefined],
])('of a server that says "%s" we think: %p', (version, flavour) => {
  expect(flavourIn(version)).toBe(flavour as ReturnType<typeof flavourIn>)
})
