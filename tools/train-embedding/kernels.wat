;; The dense and sparse products of training, four 32-bit floats at a time. Only operations whose result the
;; WebAssembly specification fixes bit for bit are used (no relaxed SIMD), so training is reproducible across machines.
;; All matrices are row-major float32; offsets are bytes into one shared memory.
(module
  (import "train" "memory" (memory 1 65536 shared))

  ;; C (m x n) = A (m x k) * B (k x n). m is a multiple of 4, n of 8. `panel` is scratch of k * 32 bytes.
  (func (export "multiply") (param $a i32) (param $b i32) (param $c i32)
      (param $m i32) (param $n i32) (param $k i32) (param $panel i32)
    (local $i i32) (local $j i32) (local $t i32) (local $p i32) (local $q i32)
    (local $aStride i32) (local $nStride i32)
    (local $a0 i32) (local $a1 i32) (local $a2 i32) (local $a3 i32)
    (local $left v128) (local $right v128) (local $s v128)
    (local $c00 v128) (local $c01 v128) (local $c10 v128) (local $c11 v128)
    (local $c20 v128) (local $c21 v128) (local $c30 v128) (local $c31 v128)
    (local.set $aStride (i32.shl (local.get $k) (i32.const 2)))
    (local.set $nStride (i32.shl (local.get $n) (i32.const 2)))
    (loop $columns
      ;; copy eight columns of B next to each other, so that the inner loop reads straight on
      (local.set $p (local.get $panel))
      (local.set $q (i32.add (local.get $b) (i32.shl (local.get $j) (i32.const 2))))
      (local.set $t (local.get $k))
      (loop $pack
        (v128.store (local.get $p) (v128.load (local.get $q)))
        (v128.store offset=16 (local.get $p) (v128.load offset=16 (local.get $q)))
        (local.set $p (i32.add (local.get $p) (i32.const 32)))
        (local.set $q (i32.add (local.get $q) (local.get $nStride)))
        (br_if $pack (local.tee $t (i32.sub (local.get $t) (i32.const 1)))))
      (local.set $i (i32.const 0))
      (loop $rows
        (local.set $a0 (i32.add (local.get $a) (i32.mul (local.get $i) (local.get $aStride))))
        (local.set $a1 (i32.add (local.get $a0) (local.get $aStride)))
        (local.set $a2 (i32.add (local.get $a1) (local.get $aStride)))
        (local.set $a3 (i32.add (local.get $a2) (local.get $aStride)))
        (local.set $c00 (v128.const i32x4 0 0 0 0)) (local.set $c01 (v128.const i32x4 0 0 0 0))
        (local.set $c10 (v128.const i32x4 0 0 0 0)) (local.set $c11 (v128.const i32x4 0 0 0 0))
        (local.set $c20 (v128.const i32x4 0 0 0 0)) (local.set $c21 (v128.const i32x4 0 0 0 0))
        (local.set $c30 (v128.const i32x4 0 0 0 0)) (local.set $c31 (v128.const i32x4 0 0 0 0))
        (local.set $p (local.get $panel))
        (local.set $t (local.get $k))
        (loop $inner
          (local.set $left (v128.load (local.get $p)))
          (local.set $right (v128.load offset=16 (local.get $p)))
          (local.set $s (v128.load32_splat (local.get $a0)))
          (local.set $c00 (f32x4.add (local.get $c00) (f32x4.mul (local.get $s) (local.get $left))))
          (local.set $c01 (f32x4.add (local.get $c01) (f32x4.mul (local.get $s) (local.get $right))))
          (local.set $s (v128.load32_splat (local.get $a1)))
          (local.set $c10 (f32x4.add (local.get $c10) (f32x4.mul (local.get $s) (local.get $left))))
          (local.set $c11 (f32x4.add (local.get $c11) (f32x4.mul (local.get $s) (local.get $right))))
          (local.set $s (v128.load32_splat (local.get $a2)))
          (local.set $c20 (f32x4.add (local.get $c20) (f32x4.mul (local.get $s) (local.get $left))))
          (local.set $c21 (f32x4.add (local.get $c21) (f32x4.mul (local.get $s) (local.get $right))))
          (local.set $s (v128.load32_splat (local.get $a3)))
          (local.set $c30 (f32x4.add (local.get $c30) (f32x4.mul (local.get $s) (local.get $left))))
          (local.set $c31 (f32x4.add (local.get $c31) (f32x4.mul (local.get $s) (local.get $right))))
          (local.set $a0 (i32.add (local.get $a0) (i32.const 4)))
          (local.set $a1 (i32.add (local.get $a1) (i32.const 4)))
          (local.set $a2 (i32.add (local.get $a2) (i32.const 4)))
          (local.set $a3 (i32.add (local.get $a3) (i32.const 4)))
          (local.set $p (i32.add (local.get $p) (i32.const 32)))
          (br_if $inner (local.tee $t (i32.sub (local.get $t) (i32.const 1)))))
        (local.set $q (i32.add (i32.add (local.get $c) (i32.mul (local.get $i) (local.get $nStride)))
                               (i32.shl (local.get $j) (i32.const 2))))
        (v128.store (local.get $q) (local.get $c00))
        (v128.store offset=16 (local.get $q) (local.get $c01))
        (local.set $q (i32.add (local.get $q) (local.get $nStride)))
        (v128.store (local.get $q) (local.get $c10))
        (v128.store offset=16 (local.get $q) (local.get $c11))
        (local.set $q (i32.add (local.get $q) (local.get $nStride)))
        (v128.store (local.get $q) (local.get $c20))
        (v128.store offset=16 (local.get $q) (local.get $c21))
        (local.set $q (i32.add (local.get $q) (local.get $nStride)))
        (v128.store (local.get $q) (local.get $c30))
        (v128.store offset=16 (local.get $q) (local.get $c31))
        (br_if $rows (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 4))) (local.get $m))))
      (br_if $columns (i32.lt_u (local.tee $j (i32.add (local.get $j) (i32.const 8))) (local.get $n)))))

  ;; target[0..bytes) += scale * source[0..bytes); bytes is a positive multiple of 16.
  (func $addScaled (param $target i32) (param $source i32) (param $bytes i32) (param $scale f32)
    (local $end i32) (local $s v128)
    (local.set $s (f32x4.splat (local.get $scale)))
    (local.set $end (i32.add (local.get $target) (local.get $bytes)))
    (loop $next
      (v128.store (local.get $target)
        (f32x4.add (v128.load (local.get $target)) (f32x4.mul (local.get $s) (v128.load (local.get $source)))))
      (local.set $source (i32.add (local.get $source) (i32.const 16)))
      (br_if $next (i32.lt_u (local.tee $target (i32.add (local.get $target) (i32.const 16))) (local.get $end)))))

  ;; Rows [from, to) of Out = Sparse * Dense. Sparse is CSR: `starts` int32 per row (+1), `columns` int32, `values` f32.
  ;; Out rows must be zero before. `bytes` is the length of one dense row.
  (func (export "gatherRows") (param $starts i32) (param $columns i32) (param $values i32)
      (param $dense i32) (param $out i32) (param $from i32) (param $to i32) (param $bytes i32)
    (local $at i32) (local $end i32)
    (if (i32.ge_u (local.get $from) (local.get $to)) (then (return)))
    (loop $rows
      (local.set $at (i32.load (i32.add (local.get $starts) (i32.shl (local.get $from) (i32.const 2)))))
      (local.set $end (i32.load offset=4 (i32.add (local.get $starts) (i32.shl (local.get $from) (i32.const 2)))))
      (if (i32.lt_u (local.get $at) (local.get $end)) (then
        (loop $cells
          (call $addScaled
            (i32.add (local.get $out) (i32.mul (local.get $from) (local.get $bytes)))
            (i32.add (local.get $dense) (i32.mul (local.get $bytes)
              (i32.load (i32.add (local.get $columns) (i32.shl (local.get $at) (i32.const 2))))))
            (local.get $bytes)
            (f32.load (i32.add (local.get $values) (i32.shl (local.get $at) (i32.const 2)))))
          (br_if $cells (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 1))) (local.get $end))))))
      (br_if $rows (i32.lt_u (local.tee $from (i32.add (local.get $from) (i32.const 1))) (local.get $to)))))

  ;; The transpose of gatherRows: Dense rows += Sparse^T * In, for rows [from, to) of Sparse and In.
  (func (export "scatterRows") (param $starts i32) (param $columns i32) (param $values i32)
      (param $in i32) (param $dense i32) (param $from i32) (param $to i32) (param $bytes i32)
    (local $at i32) (local $end i32)
    (if (i32.ge_u (local.get $from) (local.get $to)) (then (return)))
    (loop $rows
      (local.set $at (i32.load (i32.add (local.get $starts) (i32.shl (local.get $from) (i32.const 2)))))
      (local.set $end (i32.load offset=4 (i32.add (local.get $starts) (i32.shl (local.get $from) (i32.const 2)))))
      (if (i32.lt_u (local.get $at) (local.get $end)) (then
        (loop $cells
          (call $addScaled
            (i32.add (local.get $dense) (i32.mul (local.get $bytes)
              (i32.load (i32.add (local.get $columns) (i32.shl (local.get $at) (i32.const 2))))))
            (i32.add (local.get $in) (i32.mul (local.get $from) (local.get $bytes)))
            (local.get $bytes)
            (f32.load (i32.add (local.get $values) (i32.shl (local.get $at) (i32.const 2)))))
          (br_if $cells (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 1))) (local.get $end))))))
      (br_if $rows (i32.lt_u (local.tee $from (i32.add (local.get $from) (i32.const 1))) (local.get $to)))))
)
