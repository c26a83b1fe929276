//! A product as it is typed.

use catalog::{
    Attribute, Attributes, Category, NewProduct, NewVariant, Product, ProductChanges, ProductKind, ProductStatus,
};
use kernel::{CategoryId, Currency, FieldError, Invalid, Time, TimeZone};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use web::Visitor;

use super::attribute_fields::{self, AttributeField};
use crate::{
    category_choices::{CategoryChooser, Search},
    forms::{Choice, choices, moment_text, read_amount, read_kept_moment, read_moment, read_number, read_words, tick},
};

/// The fields of a product. Those of its only variant are asked for when it is made without options.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct ProductForm {
    pub(crate) title: String,
    pub(crate) slug: String,
    pub(crate) short_description: String,
    pub(crate) description_html: String,
    pub(crate) kind: String,
    pub(crate) status: String,
    pub(crate) featured: String,
    pub(crate) brand: String,
    pub(crate) vendor: String,
    pub(crate) product_type: String,
    pub(crate) tags: String,
    pub(crate) option_names: String,
    pub(crate) seo_title: String,
    pub(crate) seo_description: String,
    pub(crate) published_at: String,
    pub(crate) canonical_url: String,
    pub(crate) size_guide_html: String,
    /// The slugs of what goes with it.
    pub(crate) related: String,
    #[serde(skip_serializing)]
    pub(crate) category: Vec<String>,
    /// The codes of the attributes; `attribute_value` belongs to them.
    #[serde(skip_serializing)]
    pub(crate) attribute: Vec<String>,
    #[serde(skip_serializing)]
    pub(crate) attribute_value: Vec<String>,
    /// What is ticked of an attribute's choices, behind its place in the list and a colon.
    #[serde(skip_serializing)]
    pub(crate) attribute_choice: Vec<String>,
    #[serde(flatten, skip_serializing)]
    pub(crate) search: Search,
    pub(crate) version: String,
}

/// The only variant of a new product without options.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct FirstVariantForm {
    pub(crate) price: String,
    pub(crate) compare_at: String,
    pub(crate) sku: String,
    pub(crate) weight_grams: String,
    pub(crate) taxable: String,
    pub(crate) tax_category: String,
    pub(crate) requires_shipping: String,
}

/// What the form's selects and ticks offer.
#[derive(Debug, Serialize)]
pub(crate) struct ProductChoices {
    kinds: Vec<Choice>,
    statuses: Vec<Choice>,
    categories: CategoryChooser,
    attributes: Vec<AttributeField>,
}

impl ProductChoices {
    pub(crate) fn new(
        visitor: &Visitor,
        categories: CategoryChooser,
        defined: &[Attribute],
        form: &ProductForm,
    ) -> Self {
        Self {
            kinds: choices(visitor, "admin-product-kind", ProductKind::ALL.map(ProductKind::as_str)),
            statuses: choices(
                visitor,
                "admin-product-status",
                ProductStatus::ALL.map(ProductStatus::as_str),
            ),
            categories,
            attributes: attribute_fields::fields(defined, form),
        }
    }
}

impl ProductForm {
    /// A form for a new product.
    pub(crate) fn empty() -> Self {
        Self {
            kind: ProductKind::default().as_str().to_owned(),
            status: ProductStatus::default().as_str().to_owned(),
            ..Self::default()
        }
    }

    /// The form of a saved product.
    pub(crate) fn of(product: &Product, categories: &[Category], related: &[String], zone: TimeZone) -> Self {
        Self {
            title: product.title.clone(),
            slug: product.slug.to_string(),
            short_description: product.short_description.clone(),
            description_html: product.description_html.clone(),
            kind: product.kind.as_str().to_owned(),
            status: product.status.as_str().to_owned(),
            featured: tick(product.featured),
            brand: product.brand.clone(),
            vendor: product.vendor.clone(),
            product_type: product.product_type.clone(),
            tags: product.tags.join(", "),
            option_names: product.option_names.join(", "),
            seo_title: product.seo_title.clone(),
            seo_description: product.seo_description.clone(),
            published_at: moment_text(product.published_at, zone),
            canonical_url: product.canonical_url.clone(),
            size_guide_html: product.size_guide_html.clone(),
            related: related.join(", "),
            category: categories.iter().map(|category| category.id.to_string()).collect(),
            version: product.version.to_string(),
            ..Self::default()
        }
        .with_attributes(&product.attributes)
    }

    fn with_attributes(mut self, attributes: &Attributes) -> Self {
        for (place, (code, value)) in attributes.iter().enumerate() {
            self.attribute.push(code.clone());
            let texts = attribute_fields::texts(value);
            if value.is_array() {
                self.attribute_value.push(String::new());
                let choices = texts.into_iter().map(|text| format!("{place}:{text}"));
                self.attribute_choice.extend(choices);
            } else {
                self.attribute_value.push(texts.into_iter().next().unwrap_or_default());
            }
        }
        self
    }

    /// The attributes as they are typed; an empty text for one without a value.
    pub(crate) fn attributes(&self) -> Attributes {
        let typed = self.attribute.iter().zip(&self.attribute_value).enumerate();
        let value = |(place, (code, text)): (usize, (&String, &String))| {
            let prefix = format!("{place}:");
            let ticked = self
                .attribute_choice
                .iter()
                .filter_map(|choice| choice.strip_prefix(&prefix));
            let ticked: Vec<Value> = ticked.map(Value::from).collect();
            let value = if ticked.is_empty() {
                Value::from(text.as_str())
            } else {
                Value::from(ticked)
            };
            (code.clone(), value)
        };
        typed.map(value).collect()
    }

    /// The attributes that `saved` ones become: those of the form in their place, the others as they are.
    fn attributes_of(&self, saved: &Attributes) -> Attributes {
        let mut attributes = saved.clone();
        for (code, value) in self.attributes() {
            if value == "" {
                attributes.remove(&code);
            } else {
                attributes.insert(code, value);
            }
        }
        attributes
    }

    /// The categories that are ticked.
    pub(crate) fn categories(&self) -> Result<Vec<CategoryId>, Invalid> {
        let ids = self
            .category
            .iter()
            .map(|id| id.parse())
            .collect::<Result<_, kernel::InvalidId>>();
        ids.map_err(|error| FieldError::new("category", "invalid_id", error.to_string()).into())
    }

    /// The date as a change, unless it is the saved one, whose seconds the form does not show.
    fn published_at(&self, invalid: &mut Invalid, saved: &Product, zone: TimeZone) -> Option<Option<Time>> {
        let typed = read_kept_moment(invalid, "published_at", &self.published_at, saved.published_at, zone);
        (typed != saved.published_at).then_some(typed)
    }

    fn kind(&self, invalid: &mut Invalid) -> ProductKind {
        let kind = ProductKind::parse(&self.kind);
        invalid
            .check("kind", kind.ok_or_else(|| FieldError::required("kind")))
            .unwrap_or_default()
    }

    fn status(&self, invalid: &mut Invalid) -> ProductStatus {
        let status = ProductStatus::parse(&self.status);
        invalid
            .check("status", status.ok_or_else(|| FieldError::required("status")))
            .unwrap_or_default()
    }

    /// A new product, without what cannot be read, and everything that cannot; with options its variants are added afterwards.
    pub(crate) fn to_new(&self, first: &FirstVariantForm, currency: Currency, zone: TimeZone) -> (NewProduct, Invalid) {
        let mut invalid = Invalid::default();
        let option_names = read_words(&self.option_names);
        let variants = if option_names.is_empty() {
            vec![first.read(&mut invalid, currency)]
        } else {
            Vec::new()
        };
        let new = NewProduct {
            slug: Some(self.slug.trim().to_owned()),
            title: self.title.clone(),
            description_html: self.description_html.clone(),
            short_description: self.short_description.clone(),
            brand: self.brand.clone(),
            vendor: self.vendor.clone(),
            kind: self.kind(&mut invalid),
            product_type: self.product_type.clone(),
            status: self.status(&mut invalid),
            featured: !self.featured.is_empty(),
            tags: read_words(&self.tags),
            option_names,
            seo_title: self.seo_title.clone(),
            seo_description: self.seo_description.clone(),
            published_at: read_moment(&mut invalid, "published_at", &self.published_at, zone),
            canonical_url: self.canonical_url.clone(),
            size_guide_html: self.size_guide_html.clone(),
            variants,
            attributes: self.attributes_of(&Attributes::new()),
            category_ids: self.categories().unwrap_or_else(|wrong| {
                invalid.0.extend(wrong.0);
                Vec::new()
            }),
            ..NewProduct::default()
        };
        (new, invalid)
    }

    /// Every field as a change.
    pub(crate) fn to_changes(&self, saved: &Product, zone: TimeZone) -> Result<ProductChanges, Invalid> {
        let mut invalid = Invalid::default();
        let changes = ProductChanges {
            slug: Some(self.slug.trim().to_owned()),
            title: Some(self.title.clone()),
            description_html: Some(self.description_html.clone()),
            short_description: Some(self.short_description.clone()),
            brand: Some(self.brand.clone()),
            vendor: Some(self.vendor.clone()),
            kind: Some(self.kind(&mut invalid)),
            product_type: Some(self.product_type.clone()),
            status: Some(self.status(&mut invalid)),
            featured: Some(!self.featured.is_empty()),
            tags: Some(read_words(&self.tags)),
            option_names: Some(read_words(&self.option_names)),
            seo_title: Some(self.seo_title.clone()),
            seo_description: Some(self.seo_description.clone()),
            published_at: self.published_at(&mut invalid, saved, zone),
            canonical_url: Some(self.canonical_url.clone()),
            size_guide_html: Some(self.size_guide_html.clone()),
            attributes: Some(self.attributes_of(&saved.attributes)),
            ..ProductChanges::default()
        };
        invalid.into_result()?;
        Ok(changes)
    }
}

impl FirstVariantForm {
    /// What most products start with.
    pub(crate) fn empty() -> Self {
        Self {
            taxable: tick(true),
            tax_category: tax::TaxCode::default().to_string(),
            requires_shipping: tick(true),
            ..Self::default()
        }
    }

    fn read(&self, invalid: &mut Invalid, currency: Currency) -> NewVariant {
        NewVariant {
            sku: Some(self.sku.clone()),
            price: read_amount(invalid, "price", &self.price, currency),
            compare_at: read_amount(invalid, "compare_at", &self.compare_at, currency),
            weight_grams: read_number(invalid, "weight_grams", &self.weight_grams).unwrap_or_default(),
            taxable: !self.taxable.is_empty(),
            tax_category: tax::TaxCode::of_goods(&self.tax_category).to_string(),
            requires_shipping: !self.requires_shipping.is_empty(),
            ..NewVariant::default()
        }
    }
}
