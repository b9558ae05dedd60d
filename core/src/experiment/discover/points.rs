//! A table of points: values of inputs, and how much of a case of interest each is.

/// Points, column by column.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Points {
    /// By input, then point.
    pub columns: Vec<Vec<f64>>,
    /// How much of a case each point is: 0 or 1, or its chance.
    pub cases: Vec<f64>,
}

/// Some points of a table, in the order of each input: what peels and splits are found on.
#[derive(Debug, Clone)]
pub struct Sorted<'a> {
    /// The table.
    pub points: &'a Points,
    /// By input: the points, the least value first; of equal ones the earlier point.
    order: Vec<Vec<u32>>,
    /// By input: the least and the greatest value.
    ends: Vec<(f64, f64)>,
}

/// How many points there are, and what they come to.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Sum {
    /// Points.
    pub points: usize,
    /// Cases of interest among them.
    pub cases: f64,
    /// Sum of the squares of how much of a case each is.
    pub squares: f64,
}

impl Sum {
    /// Adds a point.
    pub fn add(&mut self, case: f64) {
        self.points += 1;
        self.cases += case;
        self.squares += case * case;
    }

    /// Cases among the points; 0 where there is none.
    pub fn mean(&self) -> f64 {
        match self.points {
            0 => 0.0,
            n => self.cases / n as f64,
        }
    }

    /// Sum of squares about the mean.
    pub fn about_mean(&self) -> f64 {
        match self.points {
            0 => 0.0,
            n => (self.squares - self.cases * self.cases / n as f64).max(0.0),
        }
    }
}

impl Points {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.cases.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.cases.is_empty()
    }

    /// All of them in the order of each input.
    pub fn sorted(&self) -> Sorted<'_> {
        let order = self.columns.iter().map(|values| {
            let mut order: Vec<u32> = (0..values.len() as u32).collect();
            // Stable: of equal values the earlier point comes first.
            order.sort_by(|&a, &b| values[a as usize].total_cmp(&values[b as usize]));
            order
        });
        Sorted::new(self, order.collect())
    }
}

impl<'a> Sorted<'a> {
    fn new(points: &'a Points, order: Vec<Vec<u32>>) -> Self {
        let ends = order.iter().zip(&points.columns).map(|(order, values)| {
            let at = |point: Option<&u32>| point.map_or(f64::NAN, |&p| values[p as usize]);
            (at(order.first()), at(order.last()))
        });
        Self {
            points,
            ends: ends.collect(),
            order,
        }
    }

    /// Those of the points for which this holds.
    #[must_use]
    pub fn only(&self, is_in: impl Fn(usize) -> bool) -> Self {
        let some = |order: &Vec<u32>| {
            let kept = order.iter().copied().filter(|&point| is_in(point as usize));
            kept.collect::<Vec<u32>>()
        };
        Self::new(self.points, self.order.iter().map(some).collect())
    }

    /// How many inputs there are.
    pub fn inputs(&self) -> usize {
        self.order.len()
    }

    /// How many points there are.
    pub fn len(&self) -> usize {
        self.order.first().map_or(0, Vec::len)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The points by the value of an input.
    pub fn by(&self, input: usize) -> &[u32] {
        &self.order[input]
    }

    /// The least and the greatest value of an input.
    pub fn ends(&self, input: usize) -> (f64, f64) {
        self.ends[input]
    }

    /// The value of an input at a place of its order.
    pub fn value(&self, input: usize, place: usize) -> f64 {
        self.points.columns[input][self.order[input][place] as usize]
    }

    /// How much of a case the point at a place of an input's order is.
    pub fn case(&self, input: usize, place: usize) -> f64 {
        self.points.cases[self.order[input][place] as usize]
    }

    /// For each point of the table, in its order, the share of these points whose value of an
    /// input lies below its own, half of those that are equal to it among them.
    pub fn ranks(&self, input: usize) -> Vec<f64> {
        let order = self.by(input);
        let mut ranks = vec![0.0; self.points.len()];
        let mut from = 0;
        while from < order.len() {
            let value = self.value(input, from);
            let to = (from..order.len()).find(|&place| self.value(input, place) != value);
            let to = to.unwrap_or(order.len());
            for place in from..to {
                ranks[order[place] as usize] = (from + to) as f64 / 2.0 / order.len() as f64;
            }
            from = to;
        }
        ranks
    }

    /// The points, in the order of the first input.
    pub fn each(&self) -> impl Iterator<Item = usize> + '_ {
        let first = self.order.first().into_iter().flatten();
        first.map(|&point| point as usize)
    }

    /// What they come to.
    pub fn sum(&self) -> Sum {
        let mut sum = Sum::default();
        self.each().for_each(|p| sum.add(self.points.cases[p]));
        sum
    }
}
