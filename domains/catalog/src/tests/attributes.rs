//! What the store says of its products.

use kernel::Invalid;
use serde_json::{Value, json};

use super::*;
use crate::{
    Attribute, AttributeError, AttributeKind, AttributeTerms, AttributeValue, Attributes, CreateProductError,
    Direction, NewAttribute, NewCategory, ProductChanges, UpdateAttribute, UpdateProduct, UpdateProductError,
    attributes_for, count_products_with, create_attribute, create_category, delete_attribute, delete_category,
    describe_products, describe_products_after, list_attributes, move_attribute, public_attributes, shown_attributes,
    update_attribute, update_product,
};

fn terms(name: &str) -> AttributeTerms {
    AttributeTerms {
        name: name.to_owned(),
        shown: true,
        ..AttributeTerms::default()
    }
}

async fn define(db: &TestDatabase, kind: AttributeKind, terms: AttributeTerms) -> Attribute {
    let new = NewAttribute {
        code: String::new(),
        kind,
        terms,
    };
    write(db, async |ctx| create_attribute(ctx, new).await.unwrap()).await
}

fn values(values: Value) -> Attributes {
    values.as_object().cloned().unwrap()
}

#[tokio::test]
async fn values_get_their_kind_and_shoppers_read_them_in_order() {
    let db = TestDatabase::new().await;
    let weight = AttributeTerms {
        unit: "kg".to_owned(),
        ..terms("Weight")
    };
    let weight = define(&db, AttributeKind::Number, weight).await;
    let boxed = define(&db, AttributeKind::YesNo, terms("Boxed")).await;
    let shelf = AttributeTerms {
        shown: false,
        ..terms("Shelf")
    };
    define(&db, AttributeKind::Text, shelf).await;
    let anvil = NewProduct {
        attributes: values(json!({"Weight": "12.50", "Boxed": true, "Shelf": "B2", "care_notes": "oil it"})),
        ..product("Anvil", Some(100))
    };
    let anvil = shelf_of_one(&db, anvil).await;
    assert_eq!(
        Value::from(anvil.product.attributes.clone()),
        json!({"Weight": 12.5, "Boxed": true, "Shelf": "B2", "care_notes": "oil it"})
    );
    write(&db, async |ctx| {
        move_attribute(ctx, boxed.id, Direction::Up).await.unwrap()
    })
    .await;
    let mut ctx = db.work().read();
    let order: Vec<String> = list_attributes(&mut ctx)
        .await
        .unwrap()
        .into_iter()
        .map(|one| one.code)
        .collect();
    assert_eq!(order, ["Boxed", "Weight", "Shelf"]);
    let shown = shown_attributes(&mut ctx, &anvil).await.unwrap();
    let number = AttributeValue::Number("12.5".parse().unwrap(), "kg".to_owned());
    assert_eq!(
        shown,
        [
            ("Boxed".to_owned(), AttributeValue::Truth(true)),
            ("Weight".to_owned(), number),
            ("Care notes".to_owned(), AttributeValue::Text("oil it".to_owned())),
        ]
    );
    let public = public_attributes(&mut ctx, anvil.product.attributes).await.unwrap();
    assert!(!public.contains_key("Shelf") && public.len() == 3);
    assert_eq!(count_products_with(&mut ctx, &weight.code).await.unwrap(), 1);
    ctx.rollback().await;
    write(&db, async |ctx| {
        delete_attribute(ctx, weight.id, Some(1)).await.unwrap()
    })
    .await;
    let kept = crate::find_product(&mut db.work().read(), &slug("anvil"))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        kept.product.attributes["Weight"],
        json!(12.5),
        "the value stays, as a free one"
    );
}

async fn shelf_of_one(db: &TestDatabase, product: NewProduct) -> ProductDetails {
    shelf(db, vec![product]).await.remove(0)
}

#[tokio::test]
async fn what_is_required_is_asked_for_before_the_product_goes_on_sale() {
    let db = TestDatabase::new().await;
    let required = AttributeTerms {
        required: true,
        product_types: vec!["Shoe".to_owned()],
        ..terms("Sole")
    };
    define(&db, AttributeKind::Text, required).await;
    shelf_of_one(&db, product("Hat", Some(100))).await;
    let shoe = NewProduct {
        product_type: "shoe".to_owned(),
        ..product("Shoe", Some(100))
    };
    let refused = create_product(&mut db.work().write(), shoe.clone()).await;
    let Err(CreateProductError::Invalid(Invalid(errors))) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(
        (errors[0].field.as_str(), errors[0].code),
        ("attributes.Sole", "required")
    );
    let draft = NewProduct {
        status: ProductStatus::Draft,
        ..shoe
    };
    let draft = shelf_of_one(&db, draft).await.product;
    let change = |changes| UpdateProduct {
        id: draft.id,
        expected_version: None,
        changes,
    };
    let on_sale = ProductChanges {
        status: Some(ProductStatus::Active),
        ..ProductChanges::default()
    };
    let refused = update_product(&mut db.work().write(), change(on_sale.clone())).await;
    assert!(matches!(refused, Err(UpdateProductError::Invalid(_))), "{refused:?}");
    let with_sole = ProductChanges {
        attributes: Some(values(json!({"Sole": "Rubber"}))),
        ..on_sale
    };
    let sold = write(&db, async |ctx| update_product(ctx, change(with_sole)).await.unwrap()).await;
    assert_eq!(sold.attributes["Sole"], "Rubber");
}

#[tokio::test]
async fn an_attribute_is_for_its_types_and_for_what_lies_in_its_categories() {
    let db = TestDatabase::new().await;
    let category = async |name: &str, parent_id| {
        let new = NewCategory {
            name: name.to_owned(),
            parent_id,
            ..NewCategory::default()
        };
        write(&db, async |ctx| create_category(ctx, new).await.unwrap().id).await
    };
    let clothes = category("Clothes", None).await;
    let shirts = category("Shirts", Some(clothes)).await;
    let garden = category("Garden", None).await;
    define(&db, AttributeKind::Text, terms("Maker")).await;
    let fabric = AttributeTerms {
        category_ids: vec![clothes],
        product_types: vec!["Sail".to_owned()],
        ..terms("Fabric")
    };
    define(&db, AttributeKind::Text, fabric).await;
    let mut ctx = db.work().read();
    for (product_type, categories, found) in [
        ("", vec![], 1),
        ("", vec![garden], 1),
        ("", vec![shirts], 2),
        ("sail", vec![garden], 2),
    ] {
        let applying = attributes_for(&mut ctx, product_type, &categories).await.unwrap();
        assert_eq!(applying.len(), found, "{product_type} {categories:?}");
    }
}

#[tokio::test]
async fn a_category_that_is_gone_stays_where_it_was_and_comes_nowhere_else() {
    let db = TestDatabase::new().await;
    let garden = NewCategory {
        name: "Garden".to_owned(),
        ..NewCategory::default()
    };
    let garden = write(&db, async |ctx| create_category(ctx, garden).await.unwrap().id).await;
    let in_garden = |name: &str| AttributeTerms {
        category_ids: vec![garden],
        ..terms(name)
    };
    let height = define(&db, AttributeKind::Text, in_garden("Height")).await;
    write(&db, async |ctx| delete_category(ctx, garden, None).await.unwrap()).await;
    let mut ctx = db.work().read();
    let applying = attributes_for(&mut ctx, "", &[garden]).await.unwrap();
    assert!(applying.is_empty(), "it is for no product: {applying:?}");
    ctx.rollback().await;
    let update = UpdateAttribute {
        id: height.id,
        expected_version: None,
        terms: in_garden("Growth"),
    };
    let kept = write(&db, async |ctx| update_attribute(ctx, update).await.unwrap()).await;
    assert_eq!(kept.terms.category_ids, [garden]);
    let new = NewAttribute {
        code: String::new(),
        kind: AttributeKind::Text,
        terms: in_garden("Width"),
    };
    let refused = create_attribute(&mut db.work().write(), new).await;
    let Err(AttributeError::Invalid(Invalid(errors))) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!((errors[0].field.as_str(), errors[0].code), ("category_ids", "gone"));
}

#[tokio::test]
async fn what_cannot_be_an_attribute_is_named() {
    let db = TestDatabase::new().await;
    let colour = AttributeTerms {
        choices: vec!["Red".to_owned(), "Blue ".to_owned()],
        ..terms("Colour")
    };
    let colour = define(&db, AttributeKind::OneOf, colour).await;
    assert_eq!(colour.terms.choices, ["Red", "Blue"]);
    let again = NewAttribute {
        code: "Colour".to_owned(),
        kind: AttributeKind::Text,
        terms: terms("Color"),
    };
    let taken = create_attribute(&mut db.work().write(), again).await;
    assert!(matches!(taken, Err(AttributeError::CodeTaken)), "{taken:?}");
    let update = |expected_version, terms| UpdateAttribute {
        id: colour.id,
        expected_version: Some(expected_version),
        terms,
    };
    let wrong = AttributeTerms {
        unit: "cm".to_owned(),
        ..terms("")
    };
    let wrong = update_attribute(&mut db.work().write(), update(1, wrong)).await;
    let Err(AttributeError::Invalid(Invalid(errors))) = wrong else {
        panic!("{wrong:?}")
    };
    let fields: Vec<&str> = errors.iter().map(|error| error.field.as_str()).collect();
    assert_eq!(fields, ["name", "choices", "unit"]);
    let stale = update_attribute(&mut db.work().write(), update(0, colour.terms.clone())).await;
    assert!(
        matches!(stale, Err(AttributeError::VersionConflict { current: 1 })),
        "{stale:?}"
    );
}

#[tokio::test]
async fn what_is_hidden_is_no_word_to_search_for() {
    let db = TestDatabase::new().await;
    let stone = NewProduct {
        attributes: values(json!({"Shelf": "B2", "Stuff": "granite"})),
        ..product("Stone", Some(100))
    };
    let stone = shelf_of_one(&db, stone).await.product.id;
    let hidden = AttributeTerms {
        shown: false,
        ..terms("Shelf")
    };
    define(&db, AttributeKind::Text, hidden).await;
    define(&db, AttributeKind::Text, terms("Stuff")).await;
    let mut ctx = db.work().read();
    for described in [
        describe_products(&mut ctx, &[stone]).await.unwrap(),
        describe_products_after(&mut ctx, None, 2).await.unwrap(),
    ] {
        assert_eq!(described[0].details, ["granite"]);
    }
}
