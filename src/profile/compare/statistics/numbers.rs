//! Probabilities of the usual distributions.
//!
//! Sources: NIST Digital Library of Mathematical Functions, <https://dlmf.nist.gov/8.17> (incomplete beta function, its continued fraction
//! 8.17.22 and its relations to the binomial 8.17.5 and Student's distribution), <https://dlmf.nist.gov/7.2> (error function).

/// More steps than this no continued fraction needs: they grow with the root of the number of samples.
const MOST_STEPS: usize = 20_000;
/// Steps that halve an interval until what is left of it does not matter: a part in 10^13.
const HALVINGS: usize = 46;

/// How likely a standard normal value is above `z`.
pub(super) fn normal_above(z: f64) -> f64 {
    libm::erfc(z / std::f64::consts::SQRT_2) / 2.0
}

/// What a standard normal value exceeds with probability `p` (0 < p ≤ 1/2).
pub(super) fn normal_exceeded(p: f64) -> f64 {
    bisect(0.0, 40.0, |z| normal_above(z) > p)
}

/// How likely it is that of `of` tries, each successful with probability `p`, at least `least` are.
pub(super) fn binomial_at_least(least: f64, of: f64, p: f64) -> f64 {
    if least <= 0.0 {
        return 1.0;
    }
    if least > of { 0.0 } else { beta(p, least, of - least + 1.0) }
}

/// How likely it is that of `of` tries at most `most` are successful.
pub(super) fn binomial_at_most(most: f64, of: f64, p: f64) -> f64 {
    binomial_at_least(of - most, of, 1.0 - p)
}

/// How likely Student's t of so many degrees of freedom is beyond `t` on either side.
pub(super) fn student_beyond(t: f64, freedom: f64) -> f64 {
    beta(freedom / (freedom + t * t), freedom / 2.0, 0.5)
}

/// What Student's t exceeds on either side with probability `p`.
pub(super) fn student_exceeded(p: f64, freedom: f64) -> f64 {
    let mut most = 1.0;
    while student_beyond(most, freedom) > p && most < 1e12 {
        most *= 2.0;
    }
    bisect(0.0, most, |t| student_beyond(t, freedom) > p)
}

/// Where `is_below` stops being true.
pub(super) fn bisect(mut low: f64, mut high: f64, is_below: impl Fn(f64) -> bool) -> f64 {
    for _ in 0..HALVINGS {
        let middle = (low + high) / 2.0;
        if is_below(middle) { low = middle } else { high = middle }
    }
    (low + high) / 2.0
}

/// The regularised incomplete beta function.
pub(super) fn beta(x: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 || x >= 1.0 || x.is_nan() {
        return if x > 0.0 { 1.0 } else { 0.0 };
    }
    // The fraction is short on this side of the hump only; the other side is the rest (8.17.4).
    if x > (a + 1.0) / (a + b + 2.0) {
        return 1.0 - beta_part(1.0 - x, b, a);
    }
    beta_part(x, a, b)
}

fn beta_part(x: f64, a: f64, b: f64) -> f64 {
    let front = libm::lgamma(a + b) - libm::lgamma(a) - libm::lgamma(b) + a * x.ln() + b * libm::log1p(-x);
    (front.exp() / a * fraction(x, a, b)).clamp(0.0, 1.0)
}

/// The continued fraction, from its beginning on, by the ratios of its numerators and denominators (Lentz's method).
fn fraction(x: f64, a: f64, b: f64) -> f64 {
    let safe = |value: f64| if value.abs() < 1e-300 { 1e-300 } else { value };
    let (mut upper, mut lower) = (1.0_f64, 1.0 / safe(1.0 - (a + b) * x / (a + 1.0)));
    let mut value = lower;
    for step in 1..MOST_STEPS {
        let m = step as f64;
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let mut change = 1.0;
        for term in [even, odd] {
            lower = 1.0 / safe(1.0 + term * lower);
            upper = safe(1.0 + term / upper);
            change = upper * lower;
            value *= change;
        }
        if (change - 1.0).abs() < 1e-15 {
            break;
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_near(found: f64, expected: f64) {
        assert!((found - expected).abs() <= expected.abs() * 1e-9, "{found} is not {expected}");
    }

    #[test]
    fn the_normal_distribution_as_in_tables() {
        is_near(normal_above(1.959_963_984_540_054), 0.025);
        is_near(normal_exceeded(0.005), 2.575_829_303_548_9);
        is_near(normal_above(0.0), 0.5);
    }

    #[test]
    fn the_binomial_distribution_as_added_up() {
        // 1 - 2^-10; (10 choose 9 + 1) ÷ 2^10; one success in one try.
        is_near(binomial_at_least(1.0, 10.0, 0.5), 1023.0 / 1024.0);
        is_near(binomial_at_least(9.0, 10.0, 0.5), 11.0 / 1024.0);
        is_near(binomial_at_most(1.0, 10.0, 0.5), 11.0 / 1024.0);
        is_near(binomial_at_least(1.0, 1.0, 0.3), 0.3);
        is_near(binomial_at_least(3.0, 3.0, 0.1), 0.001);
        assert_eq!((binomial_at_least(0.0, 5.0, 0.5), binomial_at_least(6.0, 5.0, 0.5)), (1.0, 0.0));
    }

    #[test]
    fn large_numbers_come_near_the_normal_distribution() {
        let exact = binomial_at_least(50_400.0, 100_000.0, 0.5);
        let normal = normal_above((50_399.5 - 50_000.0) / (100_000.0_f64 * 0.25).sqrt());
        assert!((exact / normal - 1.0).abs() < 0.01, "{exact} {normal}");
    }

    #[test]
    fn students_distribution_as_in_tables() {
        is_near(student_beyond(1.0, 1.0), 0.5);
        is_near(student_exceeded(0.05, 4.0), 2.776_445_105_2);
        is_near(student_exceeded(0.05, 10.0), 2.228_138_852);
        is_near(student_exceeded(0.01, 4.0), 4.604_094_871_4);
    }
}
