//! Counts what a list can be narrowed by, over the columns of the index.

use std::collections::HashMap;

use search::{Choice, FacetCounts};
use tantivy::{
    DocId, Score, SegmentOrdinal, SegmentReader,
    collector::{Collector, SegmentCollector},
    columnar::{Column, StrColumn},
};

/// Counts matches by category and brand, and finds their prices and how many can be bought.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FacetCollector;

/// What is asked of ratings: so many tenths of a star or more.
const RATINGS: [u64; 4] = [40, 30, 20, 10];

/// The counts of a segment, by name.
#[derive(Debug, Default)]
pub(crate) struct Counted {
    pub(crate) total: usize,
    pub(crate) categories: HashMap<String, usize>,
    pub(crate) brands: HashMap<String, usize>,
    pub(crate) price: Option<(i64, i64)>,
    pub(crate) in_stock: usize,
    pub(crate) ratings: [usize; 4],
    /// Choices as the index has them: name and value with a separator between them.
    pub(crate) choices: HashMap<String, usize>,
}

pub(crate) struct SegmentCounts {
    total: usize,
    categories: Option<OrdinalCounts>,
    brands: Option<OrdinalCounts>,
    pay_min: Column<i64>,
    pay_max: Column<i64>,
    stock: Column<bool>,
    stars: Column<u64>,
    choices: Option<OrdinalCounts>,
    price: Option<(i64, i64)>,
    in_stock: usize,
    ratings: [usize; 4],
}

struct OrdinalCounts {
    column: StrColumn,
    counts: Vec<usize>,
}

impl OrdinalCounts {
    fn new(column: StrColumn) -> Self {
        let counts = vec![0; column.num_terms()];
        Self { column, counts }
    }

    fn count(&mut self, doc: DocId) {
        for ordinal in self.column.term_ords(doc) {
            let count = usize::try_from(ordinal).ok().and_then(|at| self.counts.get_mut(at));
            if let Some(count) = count {
                *count += 1;
            }
        }
    }

    fn by_name(self) -> HashMap<String, usize> {
        let mut names = HashMap::new();
        for (ordinal, count) in (0_u64..).zip(self.counts).filter(|(_, count)| *count > 0) {
            let mut name = String::new();
            if self.column.ord_to_str(ordinal, &mut name).unwrap_or(false) {
                names.insert(name, count);
            }
        }
        names
    }
}

impl Collector for FacetCollector {
    type Fruit = Counted;
    type Child = SegmentCounts;

    fn for_segment(&self, _segment: SegmentOrdinal, reader: &SegmentReader) -> tantivy::Result<SegmentCounts> {
        let columns = reader.fast_fields();
        Ok(SegmentCounts {
            total: 0,
            categories: columns.str("categories")?.map(OrdinalCounts::new),
            brands: columns.str("brand")?.map(OrdinalCounts::new),
            pay_min: columns.i64("pay_min")?,
            pay_max: columns.i64("pay_max")?,
            stock: columns.bool("in_stock")?,
            stars: columns.u64("stars")?,
            choices: columns.str("choices")?.map(OrdinalCounts::new),
            price: None,
            in_stock: 0,
            ratings: [0; 4],
        })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, segments: Vec<Counted>) -> tantivy::Result<Counted> {
        let mut all = Counted::default();
        for segment in segments {
            all.total += segment.total;
            all.in_stock += segment.in_stock;
            all.price = around(all.price, segment.price);
            for (name, count) in segment.categories {
                *all.categories.entry(name).or_default() += count;
            }
            for (name, count) in segment.brands {
                *all.brands.entry(name).or_default() += count;
            }
            for (all, count) in all.ratings.iter_mut().zip(segment.ratings) {
                *all += count;
            }
            for (name, count) in segment.choices {
                *all.choices.entry(name).or_default() += count;
            }
        }
        Ok(all)
    }
}

impl SegmentCollector for SegmentCounts {
    type Fruit = Counted;

    fn collect(&mut self, doc: DocId, _score: Score) {
        self.total += 1;
        if let Some(categories) = &mut self.categories {
            categories.count(doc);
        }
        if let Some(brands) = &mut self.brands {
            brands.count(doc);
        }
        self.price = around(self.price, self.pay_min.first(doc).zip(self.pay_max.first(doc)));
        self.in_stock += usize::from(self.stock.first(doc).unwrap_or_default());
        let stars = self.stars.first(doc).unwrap_or_default();
        for (count, wanted) in self.ratings.iter_mut().zip(RATINGS) {
            *count += usize::from(stars >= wanted);
        }
        if let Some(choices) = &mut self.choices {
            choices.count(doc);
        }
    }

    fn harvest(self) -> Counted {
        Counted {
            total: self.total,
            categories: self.categories.map(OrdinalCounts::by_name).unwrap_or_default(),
            brands: self.brands.map(OrdinalCounts::by_name).unwrap_or_default(),
            price: self.price,
            in_stock: self.in_stock,
            ratings: self.ratings,
            choices: self.choices.map(OrdinalCounts::by_name).unwrap_or_default(),
        }
    }
}

impl Counted {
    /// Puts the choices of one name in place of those it has.
    pub(crate) fn replace_choices(&mut self, name: &str, wider: Counted) {
        let is_of = |written: &str| read_choice(written).is_some_and(|choice| named(&choice, name));
        self.choices.retain(|written, _| !is_of(written));
        let of_name = wider.choices.into_iter().filter(|(written, _)| is_of(written));
        self.choices.extend(of_name);
    }

    /// The counts as the domain tells them; as many brands as a list shows.
    pub(crate) fn into_facets(self, most_brands: usize) -> FacetCounts {
        let mut brands: Vec<(String, usize)> = self.brands.into_iter().collect();
        brands.sort_unstable_by(|(name, count), (other, than)| than.cmp(count).then_with(|| name.cmp(other)));
        brands.truncate(most_brands);
        let categories = self.categories.into_iter();
        FacetCounts {
            categories: categories
                .filter_map(|(id, count)| Some((id.parse().ok()?, count)))
                .collect(),
            brands,
            price: self.price,
            in_stock: self.in_stock,
            ratings: self.ratings,
            choices: self
                .choices
                .into_iter()
                .filter_map(|(written, count)| Some((read_choice(&written)?, count)))
                .collect(),
        }
    }
}

fn read_choice(written: &str) -> Option<Choice> {
    let (name, value) = written.split_once('\u{1f}')?;
    Some(Choice {
        name: name.to_owned(),
        value: value.to_owned(),
    })
}

/// Whether the choice is of the name that the code begins with.
fn named(choice: &Choice, name: &str) -> bool {
    choice.code().split('.').next() == Some(name)
}

fn around(one: Option<(i64, i64)>, other: Option<(i64, i64)>) -> Option<(i64, i64)> {
    match (one, other) {
        (Some((low, high)), Some((lower, higher))) => Some((low.min(lower), high.max(higher))),
        (one, other) => one.or(other),
    }
}
