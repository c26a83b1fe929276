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
    /// Whether that variant differs in another option too, because this combination does not exist.
    elsewhere: bool,
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

fn option_value(details: &ProductDetails, chosen: &Variant, axis: usize, value: &str) -> Option<OptionValueView> {
    let differences = |variant: &Variant| {
        let pairs = variant.option_values.iter().zip(&chosen.option_values).enumerate();
        pairs
            .filter(|(other, (theirs, ours))| *other != axis && theirs != ours)
            .count()
    };
    let target = details
        .active_variants()
        .filter(|variant| variant.option_values.get(axis).is_some_and(|theirs| theirs == value))
        .min_by_key(|variant| (differences(variant), !variant.in_stock, variant.position))?;
    Some(OptionValueView {
        value: value.to_owned(),
        current: chosen.option_values.get(axis).is_some_and(|ours| ours == value),
        variant: target.id.to_string(),
        elsewhere: differences(target) > 0,
        in_stock: target.in_stock,
    })
}
