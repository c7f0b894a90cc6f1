//! A seed → numbers that look random and are the same in each run, so that all servers are asked the same at the same
//! moments.

/// The generator SplitMix64: <https://prng.di.unimi.it/splitmix64.c>.
pub struct Random(u64);

impl Random {
    /// A sequence of its own for each seed.
    pub fn new(seed: u64) -> Random {
        Random(seed)
    }

    /// A number below `bound`, which is far below 2³² here, so that what is left of evenness does not matter.
    pub fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    /// The gap before the next of events that come independently of each other, `mean` on average.
    pub fn gap(&mut self, mean: f64) -> f64 {
        // Of 53 bits a fraction in (0, 1] can be made exactly.
        let fraction = ((self.next() >> 11) + 1) as f64 / (1_u64 << 53) as f64;
        -fraction.ln() * mean
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

#[test]
fn gaps_have_their_mean() {
    let mut random = Random::new(1);
    let sum: f64 = (0..100_000).map(|_| random.gap(2.0)).sum();
    assert!((sum / 100_000.0 - 2.0).abs() < 0.05, "{sum}");
}
