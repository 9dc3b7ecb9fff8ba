;; Scans binary codes for those within a Hamming threshold that tightens itself: as soon as `wanted` rows lie below the
;; threshold, it moves down, so that after the first rows nearly every row fails one comparison and costs nothing more.
;;
;; Where only some projects may be seen, their rows are picked out first: that reads two bytes of each other row, and
;; none of its code.
;;
;; Counts bits with i64.popcnt, which is one instruction on x86-64. i8x16.popcnt was measured at ten times the time
;; there (V8 emulates it without AVX-512), so no SIMD is used, and one kernel serves every machine and code width.
(module
  (import "index" "memory" (memory 1))
  ;; Rows farther than this are passed over; lowered by the scan.
  (global $threshold (export "threshold") (mut i32) (i32.const 0))
  ;; How many rows at or below the threshold this search has met.
  (global $within (export "within") (mut i32) (i32.const 0))

  ;; Looks at one block of rows; returns how many (row, distance) pairs it wrote.
  (func (export "scan")
      (param $codes i32)      ;; codes of the block, codeBytes each (a multiple of 8)
      (param $codeBytes i32)
      (param $projects i32)   ;; project numbers of the block, 2 bytes each
      (param $rows i32)
      (param $query i32)      ;; code of the question
      (param $scoped i32)     ;; 0: every row may be seen, whatever `allowed` holds
      (param $allowed i32)    ;; one byte per project number: 1 where it may be seen, 0 elsewhere
      (param $histogram i32)  ;; rows met per distance, 4 bytes each
      (param $hits i32)       ;; out: row and distance, 4 bytes each, with room for all rows of the block
      (param $wanted i32)
      (result i32)
    (local $queryEnd i32) (local $row i32) (local $from i32) (local $to i32)
    (local $code i32) (local $word i32) (local $distance i32) (local $slot i32) (local $left i32)
    (local.set $queryEnd (i32.add (local.get $query) (local.get $codeBytes)))
    ;; What may be seen is listed where the pairs will stand: a pair is never written before its entry has been read.
    ;; Every row is written down and only the end of the list depends on its project: a branch that goes now one way,
    ;; now the other would cost more than the distance does.
    (local.set $from (local.get $hits))
    (local.set $to (i32.add (local.get $hits) (i32.shl (local.get $rows) (i32.const 3))))
    (if (i32.and (i32.ne (local.get $scoped) (i32.const 0)) (i32.ne (local.get $rows) (i32.const 0))) (then
      (local.set $to (local.get $hits))
      (loop $list
        (i32.store (local.get $to) (local.get $row))
        (local.set $to (i32.add (local.get $to) (i32.shl (i32.load8_u (i32.add (local.get $allowed) (i32.load16_u
          (i32.add (local.get $projects) (i32.shl (local.get $row) (i32.const 1)))))) (i32.const 3))))
        (br_if $list (i32.lt_u
          (local.tee $row (i32.add (local.get $row) (i32.const 1))) (local.get $rows))))
      (local.set $row (i32.const 0))))
    (local.set $slot (local.get $hits))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $from) (local.get $to)))
        (if (local.get $scoped) (then (local.set $row (i32.load (local.get $from)))))
        (local.set $distance (i32.const 0))
        (local.set $code (i32.add (local.get $codes) (i32.mul (local.get $row) (local.get $codeBytes))))
        (local.set $word (local.get $query))
        (loop $words
          (local.set $distance (i32.add (local.get $distance) (i32.wrap_i64 (i64.popcnt (i64.xor
            (i64.load (local.get $code)) (i64.load (local.get $word)))))))
          (local.set $code (i32.add (local.get $code) (i32.const 8)))
          (br_if $words (i32.lt_u (local.tee $word (i32.add (local.get $word) (i32.const 8))) (local.get $queryEnd))))
        (if (i32.le_u (local.get $distance) (global.get $threshold)) (then
          (i32.store (local.get $slot) (local.get $row))
          (i32.store offset=4 (local.get $slot) (local.get $distance))
          (local.set $slot (i32.add (local.get $slot) (i32.const 8)))
          (local.set $left (i32.add (local.get $histogram) (i32.shl (local.get $distance) (i32.const 2))))
          (i32.store (local.get $left) (i32.add (i32.load (local.get $left)) (i32.const 1)))
          (global.set $within (i32.add (global.get $within) (i32.const 1)))
          ;; while enough rows remain without those at the threshold itself, lower it
          (block $tight
            (loop $tighten
              (local.set $left (i32.sub (global.get $within) (i32.load
                (i32.add (local.get $histogram) (i32.shl (global.get $threshold) (i32.const 2))))))
              (br_if $tight (i32.lt_u (local.get $left) (local.get $wanted)))
              (global.set $within (local.get $left))
              (global.set $threshold (i32.sub (global.get $threshold) (i32.const 1)))
              (br $tighten)))))
        (local.set $row (i32.add (local.get $row) (i32.const 1)))
        (local.set $from (i32.add (local.get $from) (i32.const 8)))
        (br $next)))
    (i32.shr_u (i32.sub (local.get $slot) (local.get $hits)) (i32.const 3)))
)
