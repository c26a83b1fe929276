//! Reads WooCommerce's product CSV. A variation names its parent by SKU or `id:NN` and may stand anywhere in the file: the
//! first pass notes where the variations of each parent are, the second fetches them when the parent comes. So memory
//! holds 40 bytes a variation, whatever the order.

use std::{
    collections::{HashMap, HashSet},
    io::BufRead,
};

use kernel::{Currency, Sku, Slug, TimeZone, slugify};

use crate::{
    Group, Refusal,
    handles::Handles,
    lines::Place,
    notes::Notes,
    rows::{Row, Rows},
    skus::{self, Skus, fingerprint},
    source::Source,
    table::Table,
    woocommerce_columns::Columns,
    woocommerce_product::Reading,
};

/// The most variations of one product that are read.
const MAX_VARIATIONS: usize = 5_000;

/// Inspects a file; answers the number of its rows and the reader of its products.
pub(crate) fn open(
    source: Source,
    currency: Currency,
    zone: TimeZone,
) -> Result<(u64, Reader<impl BufRead + Send + use<>>), Refusal> {
    let table = Table::of(source)?;
    let columns = Columns::find(&table.header)?;
    let mut parents = HashSet::new();
    let mut variations: HashMap<u64, Vec<Place>> = HashMap::new();
    let count = table.inspect(|row| {
        let text = |column| table.header.cell(row, column).text;
        if is_variation(text(columns.kind)) {
            variations
                .entry(fingerprint(&parent_key(text(columns.parent))))
                .or_default()
                .push(row.place);
        } else {
            parents.extend(keys(text(columns.sku), text(columns.id)));
        }
    })?;
    let rows = table.rows()?;
    Ok((
        count,
        Reader {
            table,
            columns,
            currency,
            zone,
            rows,
            parents,
            variations,
            ids: HashMap::new(),
            handles: Handles::default(),
            skus: Skus::default(),
        },
    ))
}

fn is_variation(kind: &str) -> bool {
    kind.split(',')
        .any(|part| part.trim().eq_ignore_ascii_case("variation"))
}

fn parent_key(reference: &str) -> String {
    let reference = reference.trim().to_lowercase();
    reference
        .strip_prefix("id:")
        .map(|id| format!("id:{}", id.trim()))
        .unwrap_or(reference)
}

/// The ways in which variations may name a product.
fn keys(sku: &str, id: &str) -> impl Iterator<Item = u64> {
    let by_sku = if sku.is_empty() { None } else { Some(parent_key(sku)) };
    let by_id = if id.is_empty() { None } else { Some(format!("id:{id}")) };
    [by_sku, by_id].into_iter().flatten().map(|key| fingerprint(&key))
}

/// Reads product after product.
#[derive(Debug)]
pub(crate) struct Reader<R> {
    table: Table,
    columns: Columns,
    currency: Currency,
    zone: TimeZone,
    rows: Rows<R>,
    parents: HashSet<u64>,
    variations: HashMap<u64, Vec<Place>>,
    ids: HashMap<u64, u64>,
    handles: Handles,
    skus: Skus,
}

impl<R: BufRead> Iterator for Reader<R> {
    type Item = Result<Group, Refusal>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_group().transpose()
    }
}

impl<R: BufRead> Reader<R> {
    fn next_group(&mut self) -> Result<Option<Group>, Refusal> {
        while let Some(row) = self.rows.next()? {
            if !is_variation(self.text(&row, self.columns.kind)) {
                return self.product(&row).map(Some);
            }
            let parent = self.text(&row, self.columns.parent);
            if !self.parents.contains(&fingerprint(&parent_key(parent))) {
                let mut notes = Notes::default();
                let reason = if parent.is_empty() {
                    "the variation names no parent; it is skipped".to_owned()
                } else {
                    format!("the variation's parent {parent:?} is not in the file; the variation is skipped")
                };
                notes.error(row.place.line, self.table.header.name(self.columns.parent), reason);
                return Ok(Some(Group {
                    product: None,
                    problems: notes.into_problems(),
                    left_out_skus: skus::of_rows([&row], &self.table.header, self.columns.sku),
                    rows: 1,
                }));
            }
        }
        Ok(None)
    }

    fn text<'a>(&'a self, row: &'a Row, column: Option<usize>) -> &'a str {
        self.table.header.cell(row, column).text
    }

    fn product(&mut self, row: &Row) -> Result<Group, Refusal> {
        let id = self.text(row, self.columns.id).to_owned();
        let sku = self.text(row, self.columns.sku).to_owned();
        let mut variations = self.take_variations(&sku, &id)?;
        let count = u64::try_from(variations.len()).unwrap_or_default().saturating_add(1);
        let name = crate::text::plain_text(self.text(row, self.columns.name));
        let slug = self.text(row, self.columns.slug).to_owned();
        if let Some(first) = self.first_line_of(&id, row.place.line) {
            let wanted = Slug::parse(&slug).map_or_else(|_unfit| slugify(&name), |slug| slug.as_str().to_owned());
            let mut notes = Notes::about(&wanted);
            let reason = format!("the ID {id} is already used on line {first}; the row is skipped");
            notes.error(row.place.line, self.table.header.name(self.columns.id), reason);
            return Ok(Group {
                product: None,
                problems: notes.into_problems(),
                left_out_skus: self.skus_of(row, &variations),
                rows: count,
            });
        }
        let mut notes = Notes::default();
        if let Some(surplus) = variations.get(MAX_VARIATIONS) {
            let reason =
                format!("a product may have {MAX_VARIATIONS} variations; this one and those after it are skipped");
            notes.error(surplus.place.line, "", reason);
            variations.truncate(MAX_VARIATIONS);
        }
        let external_id = if sku.is_empty() { id } else { sku };
        let handle = if name.is_empty() {
            None
        } else {
            self.handles
                .take(&slug)
                .or_else(|| self.handles.give(&name, &external_id))
        };
        let mut notes = notes.renamed(handle.as_ref());
        let reading = Reading {
            header: &self.table.header,
            columns: &self.columns,
            currency: self.currency,
            zone: self.zone,
        };
        let mut product = reading.product(handle, row, &variations, &mut notes);
        if let Some(product) = &mut product {
            self.skus
                .keep_first_use(product, self.table.header.name(self.columns.sku), &mut notes);
        }
        let left_out_skus = match product {
            Some(_) => Vec::new(),
            None => self.skus_of(row, &variations),
        };
        Ok(Group {
            product: product.map(Box::new),
            problems: notes.into_problems(),
            left_out_skus,
            rows: count,
        })
    }

    fn skus_of(&self, row: &Row, variations: &[Row]) -> Vec<Sku> {
        let rows = variations.iter().chain([row]);
        skus::of_rows(rows, &self.table.header, self.columns.sku)
    }

    fn first_line_of(&mut self, id: &str, line: u64) -> Option<u64> {
        if id.is_empty() {
            return None;
        }
        let first = *self.ids.entry(fingerprint(id)).or_insert(line);
        if first == line { None } else { Some(first) }
    }

    fn take_variations(&mut self, sku: &str, id: &str) -> Result<Vec<Row>, Refusal> {
        let mut places: Vec<Place> = keys(sku, id)
            .filter_map(|key| self.variations.remove(&key))
            .flatten()
            .collect();
        places.sort_by_key(|place| place.byte);
        places
            .into_iter()
            .take(MAX_VARIATIONS.saturating_add(1))
            .map(|place| self.table.row_at(place))
            .collect()
    }
}
