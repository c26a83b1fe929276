//! How a product is sold: what shoppers fill in for it, and how many they may take.

use axum::{
    http::StatusCode,
    response::{IntoResponse as _, Redirect},
};
use catalog::{
    ChangeTerms, MOST_PERSONAL_FIELDS, PersonalField, PersonalFieldKind, ProductDetails, QuantityRule,
    UpdateProductError, Variant,
};
use kernel::{FieldError, Invalid, ProductId, VariantId};
use serde::{Deserialize, Serialize};
use web::{Answer, Form, Path, Staff, Visitor, can};

use super::page;
use crate::forms::{Choice, Errors, choices, read_lines, read_number, read_version, sentence};

/// How many empty rows for fields there are below those that are filled.
const SPARE: usize = 2;
/// How many variants the page shows; the others keep the rules they have.
const VARIANTS: usize = 100;
/// The most characters of a text whose length nobody said.
const LENGTH: i64 = 100;

/// The terms as they are typed; the lists of a row belong together.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct TermsForm {
    label: Vec<String>,
    kind: Vec<String>,
    max_length: Vec<String>,
    /// One in each line.
    choices: Vec<String>,
    /// The places of the rows that are ticked.
    required: Vec<String>,
    minimum: String,
    step: String,
    maximum: String,
    customer_maximum: String,
    variant: Vec<String>,
    variant_minimum: Vec<String>,
    variant_step: Vec<String>,
    variant_maximum: Vec<String>,
    variant_customer_maximum: Vec<String>,
    version: String,
}

#[derive(Serialize)]
struct TermsView {
    id: String,
    title: String,
    rows: Vec<FieldRow>,
    kinds: Vec<Choice>,
    rule: RuleRow,
    variants: Vec<RuleRow>,
    /// How many variants the page does not show.
    more: usize,
    version: String,
    errors: Errors,
}

#[derive(Default, Serialize)]
struct FieldRow {
    place: usize,
    label: String,
    kind: String,
    max_length: String,
    choices: String,
    required: bool,
    errors: Errors,
}

/// The numbers of a rule, of the product or of a variant.
#[derive(Serialize)]
struct RuleRow {
    id: String,
    title: String,
    minimum: String,
    step: String,
    maximum: String,
    customer_maximum: String,
    errors: Errors,
}

/// What is wrong, by the field's name in the domain.
#[derive(Default)]
struct Wrong(Invalid);

impl Wrong {
    /// What is wrong below a path, with the rest of it as the names.
    fn below(&self, visitor: &Visitor, path: &str) -> Errors {
        let mut errors = Errors::default();
        for error in &self.0.0 {
            if let Some(name) = error.field.strip_prefix(path).and_then(|rest| rest.strip_prefix('.')) {
                errors.say(name, sentence(visitor, error.code, &error.message));
            }
        }
        errors
    }
}

fn at(column: &[String], place: usize) -> &str {
    column.get(place).map(|text| text.trim()).unwrap_or_default()
}

fn typed(number: Option<i64>) -> String {
    number.map(|number| number.to_string()).unwrap_or_default()
}

impl TermsForm {
    fn of(details: &ProductDetails) -> Self {
        let fields = &details.product.personal_fields;
        let rule = details.product.quantity_rule;
        let column = |f: fn(&PersonalField) -> String| fields.iter().map(f).collect();
        let shown = || details.variants.iter().take(VARIANTS);
        let own = |variant: &Variant| variant.quantity_rule.unwrap_or_default();
        Self {
            label: column(|field| field.label.clone()),
            kind: column(|field| field.kind.as_str().to_owned()),
            max_length: column(|field| field.max_length.to_string()),
            choices: column(|field| field.choices.join("\n")),
            required: (0..fields.len())
                .filter(|place| fields.get(*place).is_some_and(|field| field.required))
                .map(|place| place.to_string())
                .collect(),
            minimum: typed(rule.minimum),
            step: typed(rule.step),
            maximum: typed(rule.maximum),
            customer_maximum: typed(rule.customer_maximum),
            variant: shown().map(|variant| variant.id.to_string()).collect(),
            variant_minimum: shown().map(|variant| typed(own(variant).minimum)).collect(),
            variant_step: shown().map(|variant| typed(own(variant).step)).collect(),
            variant_maximum: shown().map(|variant| typed(own(variant).maximum)).collect(),
            variant_customer_maximum: shown().map(|variant| typed(own(variant).customer_maximum)).collect(),
            version: details.product.version.to_string(),
        }
    }

    /// The places of the rows in which something is typed.
    fn filled(&self) -> Vec<usize> {
        let is_filled = |place: &usize| !at(&self.label, *place).is_empty() || !at(&self.choices, *place).is_empty();
        (0..self.label.len()).filter(is_filled).collect()
    }

    fn field(&self, invalid: &mut Invalid, index: usize, place: usize) -> PersonalField {
        let kind = PersonalFieldKind::parse(at(&self.kind, place)).unwrap_or(PersonalFieldKind::ShortText);
        let path = format!("personal_fields.{index}.max_length");
        let max_length = read_number(invalid, &path, at(&self.max_length, place));
        let choices = read_lines(at(&self.choices, place));
        PersonalField {
            label: at(&self.label, place).to_owned(),
            kind,
            required: self.required.contains(&place.to_string()),
            max_length: max_length.unwrap_or(LENGTH),
            choices: if kind == PersonalFieldKind::Choice {
                choices
            } else {
                Vec::new()
            },
        }
    }

    fn rule(invalid: &mut Invalid, path: &str, [minimum, step, maximum, customer_maximum]: [&str; 4]) -> QuantityRule {
        let mut number = |name: &str, text: &str| read_number(invalid, &format!("{path}.{name}"), text);
        QuantityRule {
            minimum: number("minimum", minimum),
            step: number("step", step),
            maximum: number("maximum", maximum),
            customer_maximum: number("customer_maximum", customer_maximum),
        }
    }

    /// The numbers of the variant in that place.
    fn numbers_of(&self, place: usize) -> [&str; 4] {
        [
            at(&self.variant_minimum, place),
            at(&self.variant_step, place),
            at(&self.variant_maximum, place),
            at(&self.variant_customer_maximum, place),
        ]
    }

    fn read(&self, details: &ProductDetails) -> Result<ChangeTerms, Invalid> {
        let mut invalid = Invalid::default();
        let filled = self.filled().into_iter().enumerate();
        let personal_fields = filled
            .map(|(index, place)| self.field(&mut invalid, index, place))
            .collect();
        let numbers = [&self.minimum, &self.step, &self.maximum, &self.customer_maximum].map(String::as_str);
        let quantity_rule = Self::rule(&mut invalid, "quantity_rule", numbers);
        let hidden = details.variants.iter().skip(VARIANTS);
        let mut variant_rules: Vec<(VariantId, QuantityRule)> = hidden
            .filter_map(|variant| Some((variant.id, variant.quantity_rule?)))
            .collect();
        for (place, id) in self.variant.iter().enumerate() {
            let Ok(id) = id.parse::<VariantId>() else {
                invalid.push(FieldError::new("form", "gone", "is gone"));
                continue;
            };
            let rule = Self::rule(&mut invalid, &format!("variants.{id}"), self.numbers_of(place));
            variant_rules.push((id, rule));
        }
        invalid.into_result()?;
        Ok(ChangeTerms {
            id: details.product.id,
            expected_version: Some(read_version(&self.version)),
            personal_fields,
            quantity_rule,
            variant_rules,
        })
    }
}

pub(crate) async fn show(staff: Staff<can::WriteCatalog>, Path(id): Path<ProductId>) -> Answer {
    let details = page::load(&staff, id).await?;
    let form = TermsForm::of(&details);
    render(&staff, StatusCode::OK, &details, &form, Wrong::default())
}

fn render(visitor: &Visitor, status: StatusCode, details: &ProductDetails, form: &TermsForm, wrong: Wrong) -> Answer {
    let filled = form.filled();
    let spare = (filled.len() + SPARE).min(MOST_PERSONAL_FIELDS.max(filled.len()));
    let row = |place: usize| {
        let Some(from) = filled.get(place).copied() else {
            return FieldRow {
                place,
                ..FieldRow::default()
            };
        };
        FieldRow {
            place,
            label: at(&form.label, from).to_owned(),
            kind: at(&form.kind, from).to_owned(),
            max_length: at(&form.max_length, from).to_owned(),
            choices: at(&form.choices, from).to_owned(),
            required: form.required.contains(&from.to_string()),
            errors: wrong.below(visitor, &format!("personal_fields.{place}")),
        }
    };
    let rule_row = |id: String, title: &str, numbers: [&str; 4], errors: Errors| {
        let [minimum, step, maximum, customer_maximum] = numbers.map(str::to_owned);
        RuleRow {
            id,
            title: title.to_owned(),
            minimum,
            step,
            maximum,
            customer_maximum,
            errors,
        }
    };
    let variant_row = |(place, id): (usize, &String)| {
        let variant = details.variants.iter().find(|variant| variant.id.to_string() == *id)?;
        let errors = wrong.below(visitor, &format!("variants.{id}"));
        Some(rule_row(id.clone(), &variant.title, form.numbers_of(place), errors))
    };
    let numbers = [&form.minimum, &form.step, &form.maximum, &form.customer_maximum].map(String::as_str);
    let errors_of_rule = wrong.below(visitor, "quantity_rule");
    let has_options = !details.product.option_names.is_empty();
    let view = TermsView {
        id: details.product.id.to_string(),
        title: details.product.title.clone(),
        rows: (0..spare).map(row).collect(),
        kinds: choices(
            visitor,
            "admin-personal-kind",
            PersonalFieldKind::ALL.iter().map(|kind| kind.as_str()),
        ),
        rule: rule_row(String::new(), "", numbers, errors_of_rule),
        variants: form
            .variant
            .iter()
            .enumerate()
            .filter(|_| has_options)
            .filter_map(variant_row)
            .collect(),
        more: details.variants.len().saturating_sub(VARIANTS),
        version: form.version.clone(),
        errors: Errors::of(visitor, wrong.0),
    };
    visitor.page_with_status(status, "admin/products/terms.html", &view)
}

pub(crate) async fn save(
    staff: Staff<can::WriteCatalog>,
    Path(id): Path<ProductId>,
    Form(mut form): Form<TermsForm>,
) -> Answer {
    let details = page::load(&staff, id).await?;
    let change = match form.read(&details) {
        Ok(change) => change,
        Err(invalid) => return refuse(&staff, &details, &form, invalid),
    };
    let mut ctx = staff.work.write();
    match catalog::change_terms(&mut ctx, change).await {
        Ok(()) => {
            ctx.commit().await?;
            staff.flash("admin-flash-saved");
            Ok(Redirect::to(&format!("/admin/products/{id}/terms")).into_response())
        }
        Err(UpdateProductError::Invalid(invalid)) => {
            ctx.rollback().await;
            refuse(&staff, &details, &form, invalid)
        }
        Err(UpdateProductError::VersionConflict { current }) => {
            ctx.rollback().await;
            form.version = current.to_string();
            let changed = FieldError::new("form", "version_conflict", "was changed in the meantime");
            render(&staff, StatusCode::CONFLICT, &details, &form, Wrong(changed.into()))
        }
        Err(error) => Err(page::update_problem(error)),
    }
}

fn refuse(visitor: &Visitor, details: &ProductDetails, form: &TermsForm, invalid: Invalid) -> Answer {
    render(visitor, StatusCode::UNPROCESSABLE_ENTITY, details, form, Wrong(invalid))
}
