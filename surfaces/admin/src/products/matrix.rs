//! Every combination of a product's options, made in one step.

use axum::{
    http::StatusCode,
    response::{IntoResponse as _, Redirect},
};
use catalog::{Axis, GenerateVariants, GenerateVariantsError, ProductDetails};
use kernel::{Invalid, ProductId};
use serde::{Deserialize, Serialize};
use web::{Answer, Form, Path, Problem, Staff, Visitor, can};

use super::page;
use crate::forms::{Errors, amount_text, read_amount, read_lines, read_version};

/// How many options a product may have.
const AXES: usize = 3;

/// The options as they are typed; the two lists belong together.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct MatrixForm {
    name: Vec<String>,
    /// One in each line.
    values: Vec<String>,
    price: String,
    version: String,
}

#[derive(Serialize)]
struct MatrixView {
    id: String,
    title: String,
    rows: Vec<Row>,
    price: String,
    version: String,
    count: usize,
    errors: Errors,
}

#[derive(Serialize)]
struct Row {
    name: String,
    values: String,
    errors: Errors,
}

impl MatrixForm {
    fn of(details: &ProductDetails) -> Self {
        let values = |axis: usize| {
            let mut values: Vec<&str> = Vec::new();
            for value in details
                .variants
                .iter()
                .filter_map(|variant| variant.option_values.get(axis))
            {
                if !values.contains(&value.as_str()) {
                    values.push(value);
                }
            }
            values.join("\n")
        };
        Self {
            name: details.product.option_names.clone(),
            values: (0..details.product.option_names.len()).map(values).collect(),
            price: amount_text(details.variants.first().and_then(|first| first.price)),
            version: details.product.version.to_string(),
        }
    }

    /// The rows that have a name or values.
    fn typed(&self) -> impl Iterator<Item = (&str, &str)> {
        let rows = self.name.iter().zip(&self.values);
        rows.map(|(name, values)| (name.trim(), values.trim()))
            .filter(|(name, values)| !name.is_empty() || !values.is_empty())
    }

    fn axes(&self) -> Vec<Axis> {
        self.typed()
            .map(|(name, values)| Axis {
                name: name.to_owned(),
                values: read_lines(values),
            })
            .collect()
    }
}

pub(crate) async fn show(staff: Staff<can::WriteCatalog>, Path(id): Path<ProductId>) -> Answer {
    let details = page::load(&staff, id).await?;
    let form = MatrixForm::of(&details);
    render(
        &staff,
        StatusCode::OK,
        &details,
        &form,
        (&Invalid::default(), Errors::default()),
    )
}

fn render(
    visitor: &Visitor,
    status: StatusCode,
    details: &ProductDetails,
    form: &MatrixForm,
    (invalid, errors): (&Invalid, Errors),
) -> Answer {
    let row = |index: usize, (name, values): (&str, &str)| {
        let prefix = format!("axes.{index}.");
        let errors = invalid.0.iter().filter_map(|error| {
            let field = error.field.strip_prefix(&prefix)?.to_owned();
            Some(kernel::FieldError { field, ..error.clone() })
        });
        Row {
            name: name.to_owned(),
            values: values.to_owned(),
            errors: Errors::of(visitor, Invalid(errors.collect())),
        }
    };
    let typed = form.typed().chain(std::iter::repeat_n(("", ""), AXES));
    let view = MatrixView {
        id: details.product.id.to_string(),
        title: details.product.title.clone(),
        rows: typed
            .take(AXES)
            .enumerate()
            .map(|(index, typed)| row(index, typed))
            .collect(),
        price: form.price.clone(),
        version: form.version.clone(),
        count: details.variants.len(),
        errors,
    };
    visitor.page_with_status(status, "admin/products/matrix.html", &view)
}

pub(crate) async fn generate(
    staff: Staff<can::WriteCatalog>,
    Path(id): Path<ProductId>,
    Form(mut form): Form<MatrixForm>,
) -> Answer {
    let mut invalid = Invalid::default();
    let price = read_amount(&mut invalid, "price", &form.price, staff.store().currency);
    let wanted = GenerateVariants {
        product_id: id,
        expected_version: Some(read_version(&form.version)),
        axes: form.axes(),
        price,
    };
    if let Err(invalid) = invalid.into_result() {
        let details = page::load(&staff, id).await?;
        let errors = Errors::of(&staff, invalid);
        return render(
            &staff,
            StatusCode::UNPROCESSABLE_ENTITY,
            &details,
            &form,
            (&Invalid::default(), errors),
        );
    }
    let mut ctx = staff.work.write();
    let (status, invalid, errors) = match catalog::generate_variants(&mut ctx, wanted).await {
        Ok(_generated) => {
            ctx.commit().await?;
            staff.flash("admin-flash-saved");
            return Ok(Redirect::to(&format!("/admin/products/{id}/variants/table")).into_response());
        }
        Err(GenerateVariantsError::VersionConflict { current }) => {
            form.version = current.to_string();
            let errors = Errors::one(&staff, "form", "version_conflict", "was changed in the meantime");
            (StatusCode::CONFLICT, Invalid::default(), errors)
        }
        Err(error) => {
            let invalid = refused(error)?;
            (
                StatusCode::UNPROCESSABLE_ENTITY,
                invalid.clone(),
                Errors::of(&staff, invalid),
            )
        }
    };
    ctx.rollback().await;
    let details = page::load(&staff, id).await?;
    render(&staff, status, &details, &form, (&invalid, errors))
}

/// What a form can tell of the error.
fn refused(error: GenerateVariantsError) -> Result<Invalid, Problem> {
    match error {
        GenerateVariantsError::Invalid(invalid) => Ok(invalid),
        GenerateVariantsError::OptionsTaken => Ok(kernel::FieldError::new("axes", "options_taken", "are there").into()),
        GenerateVariantsError::NotFound => Err(Problem::not_found()),
        GenerateVariantsError::VersionConflict { .. } => Err(Problem::version_conflict()),
        GenerateVariantsError::Forbidden(error) => Err(error.into()),
        GenerateVariantsError::Internal(error) => Err(error.into()),
    }
}
