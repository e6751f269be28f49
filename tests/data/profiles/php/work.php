<?php
// Work for tideways_xhprof: recursion, methods, functions of PHP itself. Writes what was measured as JSON and serialised.
function fib($n) { return $n < 2 ? $n : fib($n - 1) + fib($n - 2); }

function words($count)
{
    $seen = [];
    for ($i = 0; $i < $count; $i++) {
        $word = str_repeat("w", $i % 17);
        $seen[$word] = ($seen[$word] ?? 0) + 1;
    }
    ksort($seen);
    return $seen;
}

class Shape
{
    public function area($n) { return array_sum(range(0, $n)); }
    public static function total($count)
    {
        $shape = new Shape();
        $sum = 0;
        for ($i = 0; $i < $count; $i++) {
            $sum += $shape->area($i % 50);
        }
        return $sum;
    }
}

function run()
{
    fib(12);
    words(400);
    return Shape::total(200) + strlen(json_encode(words(50)));
}

tideways_xhprof_enable(TIDEWAYS_XHPROF_FLAGS_MEMORY | TIDEWAYS_XHPROF_FLAGS_CPU);
run();
$data = tideways_xhprof_disable();
file_put_contents("xhprof.json", json_encode($data));
file_put_contents("xhprof.ser", serialize($data));
// XHProf's own reports, which are of XHProf's own library.
require $argv[1] . "/xhprof_lib/utils/xhprof_lib.php";
$display_calls = true;
$metrics = ["ct", "wt", "cpu", "mu", "pmu"];
$inclusive = xhprof_compute_flat_info($data, $totals);
foreach ($inclusive as $name => $row) {
    $cells = [$name];
    foreach ($metrics as $metric) {
        $cells[] = $row[$metric];
        $cells[] = $metric == "ct" ? "" : $row["excl_" . $metric];
    }
    echo implode("\t", $cells), "\n";
}
