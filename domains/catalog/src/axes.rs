//! What a shopper chooses, from what, and the variants that follow from it.

use std::collections::{HashMap, HashSet};

use kernel::{FieldError, Invalid, VariantId};

use crate::{
    Variant,
    input::{check_title, variant_title},
};

/// The most variants of a product.
pub const MOST_VARIANTS: usize = 2_000;

/// What a shopper chooses, and from what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Axis {
    /// Its name, such as `Size`.
    pub name: String,
    /// Its values, in order.
    pub values: Vec<String>,
}

/// The axes without blanks around their words, or everything that is wrong with them.
pub(crate) fn checked(axes: Vec<Axis>) -> Result<Vec<Axis>, Invalid> {
    let mut invalid = Invalid::default();
    if axes.is_empty() {
        invalid.push(FieldError::required("axes.0.name"));
    } else if axes.len() > 3 {
        invalid.push(FieldError::new("axes", "too_many", "may be at most 3"));
    }
    let mut names = HashSet::new();
    for (index, axis) in axes.iter().enumerate() {
        let field = format!("axes.{index}.name");
        check_title(&mut invalid, &field, &axis.name);
        if !names.insert(axis.name.trim()) {
            invalid.push(FieldError::new(field, "repeated", "is there twice"));
        }
        let field = format!("axes.{index}.values");
        let mut values = HashSet::new();
        if axis.values.is_empty() {
            invalid.push(FieldError::required(&*field));
        }
        for value in &axis.values {
            check_title(&mut invalid, &field, value);
            if !values.insert(value.trim()) {
                invalid.push(FieldError::new(&*field, "repeated", "is there twice"));
            }
        }
    }
    let combinations = axes
        .iter()
        .try_fold(1_usize, |count, axis| count.checked_mul(axis.values.len()));
    if combinations.is_none_or(|count| count > MOST_VARIANTS) {
        invalid.push(too_many());
    }
    invalid.into_result()?;
    let trimmed = |text: &String| text.trim().to_owned();
    Ok(axes
        .iter()
        .map(|axis| Axis {
            name: trimmed(&axis.name),
            values: axis.values.iter().map(trimmed).collect(),
        })
        .collect())
}

/// More combinations than a product may have variants.
pub(crate) fn too_many() -> FieldError {
    let message = format!("would make more than {MOST_VARIANTS} variants");
    FieldError::new("axes", "too_many_variants", message)
}

/// The variants whose options change when the axes take the place of the options of these names. An axis keeps the values of
/// the option of its name, or of one that was renamed, and variants get the first value of an axis that is new. When an
/// option falls away nothing can be carried over.
pub(crate) fn carried(axes: &[Axis], names: &[String], before: &[Variant]) -> Vec<Variant> {
    let named = |axis: &Axis| names.iter().position(|name| *name == axis.name);
    let mut renamed = (0..names.len()).filter(|index| !axes.iter().any(|axis| named(axis) == Some(*index)));
    let sources: Vec<Option<usize>> = axes.iter().map(|axis| named(axis).or_else(|| renamed.next())).collect();
    if renamed.next().is_some() {
        return Vec::new();
    }
    let there: HashSet<&[String]> = before.iter().map(|variant| variant.option_values.as_slice()).collect();
    let moved = |variant: &Variant| {
        let value = |(axis, source): (&Axis, &Option<usize>)| match source {
            Some(index) => variant.option_values.get(*index).cloned(),
            None => axis.values.first().cloned(),
        };
        let option_values: Vec<String> = axes.iter().zip(&sources).filter_map(value).collect();
        let own_title = variant.title != variant_title("", &variant.option_values);
        let given = if own_title { variant.title.as_str() } else { "" };
        Variant {
            title: variant_title(given, &option_values),
            option_values,
            ..variant.clone()
        }
    };
    let fitting = before
        .iter()
        .filter(|variant| variant.option_values.len() == names.len());
    fitting
        .filter_map(|variant| {
            let moved = moved(variant);
            (!there.contains(moved.option_values.as_slice())).then_some(moved)
        })
        .collect()
}

/// The variants whose values go to other places when options have other names in another order: a value goes where the name of
/// its option goes.
pub(crate) fn renamed(after: &[String], names: &[String], before: &[Variant]) -> Vec<Variant> {
    let axis = |name: &String| Axis {
        name: name.clone(),
        values: Vec::new(),
    };
    carried(&after.iter().map(axis).collect::<Vec<_>>(), names, before)
}

/// The combinations that no variant has, in order: the last axis turns fastest.
pub(crate) fn missing(
    axes: &[Axis],
    before: &[Variant],
    model: &Variant,
    new_id: &mut dyn FnMut() -> VariantId,
) -> Vec<Variant> {
    let there: HashSet<&[String]> = before.iter().map(|variant| variant.option_values.as_slice()).collect();
    let last = before.iter().map(|variant| variant.position).max();
    let positions = last.map_or(0, |last| last.saturating_add(1))..;
    let combinations = axes.iter().fold(vec![Vec::new()], |combinations, axis| {
        let longer = combinations.iter().flat_map(|combination: &Vec<String>| {
            let with = |value: &String| [combination.as_slice(), std::slice::from_ref(value)].concat();
            axis.values.iter().map(with)
        });
        longer.collect()
    });
    combinations
        .into_iter()
        .filter(|combination| !there.contains(combination.as_slice()))
        .zip(positions)
        .map(|(option_values, position)| Variant {
            id: new_id(),
            position,
            title: variant_title("", &option_values),
            option_values,
            ..model.clone()
        })
        .collect()
}

/// These variants, each as it is among `changed` if it is there.
pub(crate) fn with_changes(before: Vec<Variant>, changed: &[Variant]) -> Vec<Variant> {
    let changed: HashMap<VariantId, &Variant> = changed.iter().map(|variant| (variant.id, variant)).collect();
    before
        .into_iter()
        .map(|variant| changed.get(&variant.id).map_or(variant, |changed| (*changed).clone()))
        .collect()
}
