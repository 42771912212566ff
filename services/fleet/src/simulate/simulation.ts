/** What a simulated fleet does; shares are 0 to 1, and everything follows from the seed. */
export interface Simulation {
  readonly seed: number
  readonly sensors: number
  /** Readings per second of all sensors together; each sensor reads in turn, so at equal intervals. */
  readonly rate: number
  /** Share of readings that are sent late, by up to `lateMs`. */
  readonly disorder: number
  readonly lateMs: number
  /** Share of readings that are sent twice. */
  readonly duplicates: number
  /** Share of sensors that hold their readings back for half of every minute. */
  readonly hold: number
  /** Share of sensors whose clock is ahead, by ten minutes to a year. */
  readonly fastClocks: number
}

/** One message of a simulated sensor. Times are ms since the simulation's start. */
export interface Reading {
  /** 0 … sensors − 1. */
  readonly sensor: number
  /** Counts each sensor's readings, from 0. */
  readonly seq: number
  /** What the sensor's clock says; ahead of the truth where the clock is fast. */
  readonly at: number
  readonly due: number
  readonly copy: boolean
}

export const QUIET: Simulation = { seed: 1, sensors: 1, rate: 1, disorder: 0, lateMs: 60_000, duplicates: 0, hold: 0, fastClocks: 0 }
