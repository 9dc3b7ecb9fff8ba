;; Scans binary codes for those within a Hamming threshold that tightens itself: as soon as `wanted` rows lie below the
;; threshold, it moves down, so that after the first rows nearly every row fails one comparison and costs nothing more.
;;
;; Counts bits with i64.popcnt, which is one instruction on x86-64. i8x16.popcnt was measured at ten times the time
;; there (V8 emulates it without AVX-512), so no SIMD is used, and one kernel serves every machine and code width.
(module
  (import "index" "memory" (memory 1))
  ;; Rows farther than this are passed over; lowered by the scan.
  (global $threshold (export "threshold") (mut i32) (i32.const 0))
  ;; How many rows at or below the threshold this search has met.
  (global $within (export "within") (mut i32) (i32.const 0))
  ;; How many (row, distance) pairs the last call wrote.
  (global $hitCount (export "hitCount") (mut i32) (i32.const 0))

  ;; Looks at rows [from, to) of one block; returns the row to go on from: `to`, or an earlier one when `hits` is full.
  (func (export "scan")
      (param $codes i32)      ;; codes of the block, codeBytes each (a multiple of 8)
      (param $codeBytes i32)
      (param $projects i32)   ;; project numbers of the block, 2 bytes each
      (param $from i32) (param $to i32)
      (param $query i32)      ;; code of the question
      (param $allowed i32)    ;; one byte per project number: may it be seen
      (param $histogram i32)  ;; rows met per distance, 4 bytes each
      (param $hits i32)       ;; out: row and distance, 4 bytes each
      (param $hitsMax i32)
      (param $wanted i32)
      (result i32)
    (local $code i32) (local $at i32) (local $distance i32) (local $slot i32) (local $left i32)
    (global.set $hitCount (i32.const 0))
    (local.set $code (i32.add (local.get $codes) (i32.mul (local.get $from) (local.get $codeBytes))))
    (block $done
      (loop $rows
        (br_if $done (i32.ge_u (local.get $from) (local.get $to)))
        (local.set $distance (i32.const 0))
        (local.set $at (i32.const 0))
        (loop $words
          (local.set $distance (i32.add (local.get $distance) (i32.wrap_i64 (i64.popcnt (i64.xor
            (i64.load (i32.add (local.get $code) (local.get $at)))
            (i64.load (i32.add (local.get $query) (local.get $at))))))))
          (br_if $words (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 8))) (local.get $codeBytes))))
        (if (i32.le_u (local.get $distance) (global.get $threshold)) (then
          (if (i32.load8_u (i32.add (local.get $allowed) (i32.load16_u
                (i32.add (local.get $projects) (i32.shl (local.get $from) (i32.const 1)))))) (then
            (local.set $slot (i32.add (local.get $hits) (i32.shl (global.get $hitCount) (i32.const 3))))
            (i32.store (local.get $slot) (local.get $from))
            (i32.store offset=4 (local.get $slot) (local.get $distance))
            (global.set $hitCount (i32.add (global.get $hitCount) (i32.const 1)))
            (local.set $slot (i32.add (local.get $histogram) (i32.shl (local.get $distance) (i32.const 2))))
            (i32.store (local.get $slot) (i32.add (i32.load (local.get $slot)) (i32.const 1)))
            (global.set $within (i32.add (global.get $within) (i32.const 1)))
            ;; while enough rows remain without those at the threshold itself, lower it
            (block $tight
              (loop $tighten
                (local.set $left (i32.sub (global.get $within) (i32.load
                  (i32.add (local.get $histogram) (i32.shl (global.get $threshold) (i32.const 2))))))
                (br_if $tight (i32.lt_u (local.get $left) (local.get $wanted)))
                (global.set $within (local.get $left))
                (global.set $threshold (i32.sub (global.get $threshold) (i32.const 1)))
                (br $tighten)))))))
        (local.set $code (i32.add (local.get $code) (local.get $codeBytes)))
        (local.set $from (i32.add (local.get $from) (i32.const 1)))
        (br_if $rows (i32.lt_u (global.get $hitCount) (local.get $hitsMax)))))
    (local.get $from))
)
