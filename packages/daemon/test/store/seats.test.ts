import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  chapterOf,
  chapterSeats,
  chaptersOfProject,
  projectOfChapter,
  rangesAround,
  seatsOfProject,
} from '../../src/store/seats.ts'

test('projects are ranges of seats that touch and never overlap', () => {
  fc.assert(
    fc.property(fc.nat(2 ** 21 - 2), (project) => {
      const seats = seatsOfProject(project)
      expect(seatsOfProject(project + 1).from).toBe(seats.to + 1)
      expect(Number.isSafeInteger(seats.to)).toBe(true)
      expect(chapterOf(seats.from)).toBe(chaptersOfProject(project).from)
      expect(chapterOf(seats.to)).toBe(chaptersOfProject(project).to)
      expect(projectOfChapter(chapterOf(seats.to))).toBe(project)
    }),
  )
})

test('ranges cover the seats with their neighbours, never cross a chapter, never overlap', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(4 * chapterSeats), { maxLength: 40 }), (seats) => {
      const ranges = rangesAround(seats, 1, 2)
      const covered = ranges.flatMap(({ from, to }) =>
        Array.from({ length: to - from + 1 }, (_, index) => from + index),
      )
      expect(new Set(covered).size).toBe(covered.length)
      expect(covered).toEqual([...covered].sort((a, b) => a - b))
      for (const { from, to } of ranges) expect(chapterOf(from)).toBe(chapterOf(to))
      for (const seat of seats) {
        for (const near of [seat - 1, seat, seat + 1, seat + 2]) {
          if (near >= 0 && chapterOf(near) === chapterOf(seat)) expect(covered).toContain(near)
        }
      }
    }),
  )
})
