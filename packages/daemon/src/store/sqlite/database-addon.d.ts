// The part of the SQLite addon that the store uses. The package ships types, but its "exports" hides them from
// TypeScript. Parameters are an object of named ones, or a tuple of positional ones.
declare module 'better-sqlite3-multiple-ciphers' {
  export interface RunResult {
    readonly changes: number
    readonly lastInsertRowid: number | bigint
  }

  type Arguments<Params> = Params extends readonly unknown[] ? Params : [Params]

  export interface Statement<Params, Row> {
    run(...params: Arguments<Params>): RunResult
    get(...params: Arguments<Params>): Row | undefined
    all(...params: Arguments<Params>): Row[]
    iterate(...params: Arguments<Params>): IterableIterator<Row>
    /** From here on, rows are the value of their one column. */
    pluck<Value>(): Statement<Params, Value>
    /** Rows are their first column from now on. */
    pluck(): Statement<Params, unknown>
  }

  export interface Transaction<Args extends unknown[], Result> {
    (...args: Args): Result
    immediate(...args: Args): Result
  }

  export interface Database {
    readonly name: string
    readonly open: boolean
    readonly inTransaction: boolean
    prepare<Params = unknown[], Row = unknown>(sql: string): Statement<Params, Row>
    transaction<Args extends unknown[], Result>(work: (...args: Args) => Result): Transaction<Args, Result>
    exec(sql: string): this
    /** A function that SQL may call; blobs come and go as buffers. */
    function(
      name: string,
      options: { readonly deterministic: boolean; readonly directOnly: boolean },
      run: (...args: never[]) => unknown,
    ): this
    pragma(source: string, options?: { readonly simple?: boolean }): unknown
    /** Allows, among other things, writing to the tables behind a virtual table. */
    unsafeMode(on: boolean): this
    /** The pages of the database, decrypted. */
    serialize(): Buffer
    close(): this
  }

  export interface DatabaseOptions {
    readonly readonly?: boolean
    readonly fileMustExist?: boolean
    /** how long to wait for another connection's lock, ms */
    readonly timeout?: number
  }

  interface DatabaseConstructor {
    new (file: string, options?: DatabaseOptions): Database
    readonly SqliteError: new (message: string, code: string) => Error & { readonly code: string }
  }

  const Database: DatabaseConstructor
  export default Database
}
