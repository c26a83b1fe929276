//! What a shopper chooses among: the values of each option, and where each leads.

use catalog::{ProductDetails, Variant};
use serde::Serialize;

#[derive(Serialize)]
pub(super) struct OptionView {
    name: String,
    value: String,
    values: Vec<OptionValueView>,
}

#[derive(Serialize)]
struct OptionValueView {
    value: String,
    current: bool,
    /// The variant this choice leads to.
    variant: String,
    /// What that variant has otherwise in other options, because this combination does not exist.
    elsewhere: Vec<String>,
    in_stock: bool,
}

/// For each option its values in the order of the variants, each leading to the variant that differs least from the
/// chosen one.
pub(super) fn options(details: &ProductDetails, chosen: &Variant) -> Vec<OptionView> {
    let names = details.product.option_names.iter().enumerate();
    names
        .filter_map(|(axis, name)| {
            let value = chosen.option_values.get(axis)?;
            let mut values: Vec<&String> = Vec::new();
            for variant in details.active_variants() {
                if let Some(value) = variant.option_values.get(axis)
                    && !values.contains(&value)
                {
                    values.push(value);
                }
            }
            let values = values
                .into_iter()
                .filter_map(|other| option_value(details, chosen, axis, other))
                .collect();
            Some(OptionView {
                name: name.clone(),
                value: value.clone(),
                values,
            })
        })
        .collect()
}

/// What a variant has otherwise than the chosen one, this option aside.
fn differences<'v>(variant: &'v Variant, chosen: &'v Variant, axis: usize) -> impl Iterator<Item = &'v String> {
    let pairs = variant.option_values.iter().zip(&chosen.option_values).enumerate();
    let others = pairs.filter(move |(other, (theirs, ours))| *other != axis && theirs != ours);
    others.map(|(_, (theirs, _))| theirs)
}

fn option_value(details: &ProductDetails, chosen: &Variant, axis: usize, value: &str) -> Option<OptionValueView> {
    let target = details
        .active_variants()
        .filter(|variant| variant.option_values.get(axis).is_some_and(|theirs| theirs == value))
        .min_by_key(|variant| {
            (
                differences(variant, chosen, axis).count(),
                !variant.in_stock,
                variant.position,
            )
        })?;
    Some(OptionValueView {
        value: value.to_owned(),
        current: chosen.option_values.get(axis).is_some_and(|ours| ours == value),
        variant: target.id.to_string(),
        elsewhere: differences(target, chosen, axis).cloned().collect(),
        in_stock: target.in_stock,
    })
}
