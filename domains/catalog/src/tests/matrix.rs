//! Many variants of a product.

use kernel::Invalid;

use super::*;
use crate::{
    Axis, GenerateVariants, GenerateVariantsError, ProductChanges, UpdateProduct, UpdateVariant, UpdateVariantsError,
    VariantChanges, find_product, generate_variants, list_price_changes, update_product, update_variants,
};

fn axis(name: &str, values: &[&str]) -> Axis {
    Axis {
        name: name.to_owned(),
        values: values.iter().map(|value| (*value).to_owned()).collect(),
    }
}

fn wanted(details: &ProductDetails, axes: Vec<Axis>) -> GenerateVariants {
    GenerateVariants {
        product_id: details.product.id,
        expected_version: None,
        axes,
        price: None,
    }
}

const SIZES: [&str; 5] = ["XS", "S", "M", "L", "XL"];
const COLOURS: [&str; 5] = ["Red", "Green", "Blue", "Black", "White"];

#[tokio::test]
async fn every_combination_is_made_once_and_like_the_first_variant() {
    let db = TestDatabase::new().await;
    let shirt = shelf(&db, vec![product("Shirt", Some(2_000))]).await.remove(0);
    let axes = vec![
        axis("Size", &SIZES),
        axis("Colour", &COLOURS),
        axis("Fit", &["Slim", "Wide"]),
    ];
    let made = write(&db, async |ctx| {
        generate_variants(ctx, wanted(&shirt, axes.clone())).await.unwrap().made
    })
    .await;
    assert_eq!(made, 49, "the plain one becomes the first of the 50");
    let mut more = axes;
    more[2].values.push("Loose".to_owned());
    let statements = db.database().statement_count();
    let made = write(&db, async |ctx| {
        generate_variants(ctx, wanted(&shirt, more)).await.unwrap().made
    })
    .await;
    let statements = db.database().statement_count() - statements;
    assert_eq!(made, 25, "5 × 5 × 3 = 75, of which 50 are there");
    assert!(statements <= 8, "{statements} statements");
    let found = find_product(&mut db.work().read(), &slug("shirt"))
        .await
        .unwrap()
        .unwrap();
    assert_eq!((found.variants.len(), found.active_variants().count()), (75, 75));
    assert_eq!(found.variants[0].id, shirt.variants[0].id);
    assert_eq!(found.product.option_names, ["Size", "Colour", "Fit"]);
    assert!(found.active_variants().all(|variant| variant.price == Some(usd(2_000))));
    assert_eq!(found.active_variants().next().unwrap().title, "XS / Red / Slim");
    assert_eq!(found.active_variants().last().unwrap().title, "XL / White / Loose");
}

#[tokio::test]
async fn values_follow_the_names_of_their_options() {
    let db = TestDatabase::new().await;
    let shirt = shelf(&db, vec![product("Shirt", Some(2_000))]).await.remove(0);
    let axes = vec![axis("Size", &["S", "M"]), axis("Color", &["Red", "Blue"])];
    write(&db, async |ctx| {
        generate_variants(ctx, wanted(&shirt, axes)).await.unwrap()
    })
    .await;
    for (names, first, last) in [
        (["Color", "Size"], ["Red", "S"], ["Blue", "M"]),
        (["Größe", "Color"], ["S", "Red"], ["M", "Blue"]),
        (["Größe", "Farbe"], ["S", "Red"], ["M", "Blue"]),
    ] {
        let changes = ProductChanges {
            option_names: Some(names.map(str::to_owned).to_vec()),
            ..ProductChanges::default()
        };
        let before = find_product(&mut db.work().read(), &slug("shirt"))
            .await
            .unwrap()
            .unwrap();
        let update = UpdateProduct {
            id: before.product.id,
            expected_version: None,
            changes,
        };
        write(&db, async |ctx| update_product(ctx, update).await.unwrap()).await;
        let found = find_product(&mut db.work().read(), &slug("shirt"))
            .await
            .unwrap()
            .unwrap();
        assert_eq!(found.product.option_names, names);
        assert_eq!(found.variants[0].option_values, first);
        assert_eq!(found.variants[0].title, first.join(" / "));
        assert_eq!(found.variants.last().unwrap().option_values, last);
        assert_eq!(found.active_variants().count(), 4);
    }
}

#[tokio::test]
async fn variants_keep_what_they_are_under_new_axes_and_leave_when_an_option_goes() {
    let db = TestDatabase::new().await;
    let shirt = shelf(&db, vec![product("Shirt", Some(2_000))]).await.remove(0);
    let generate = async |axes: Vec<Axis>| {
        write(&db, async |ctx| {
            generate_variants(ctx, wanted(&shirt, axes)).await.unwrap().made
        })
        .await
    };
    let titles = async |active: bool| {
        let found = find_product(&mut db.work().read(), &slug("shirt"))
            .await
            .unwrap()
            .unwrap();
        let variants = found.variants.into_iter().filter(|variant| variant.active == active);
        variants.map(|variant| variant.title).collect::<Vec<_>>()
    };
    assert_eq!(generate(vec![axis("Size", &["S", "M"])]).await, 1);
    assert_eq!(
        generate(vec![axis("Colour", &["Red"]), axis("Size", &["S", "M"])]).await,
        0
    );
    assert_eq!(
        titles(true).await,
        ["Red / S", "Red / M"],
        "the first value of the new one"
    );
    assert_eq!(
        generate(vec![axis("Color", &["Red"]), axis("Size", &["S", "M"])]).await,
        0
    );
    assert_eq!(titles(true).await, ["Red / S", "Red / M"], "renamed");
    assert_eq!(generate(vec![axis("Size", &["S"])]).await, 1);
    assert_eq!(titles(true).await, ["S"]);
    assert_eq!(titles(false).await, ["Red / S", "Red / M"], "off sale, and still there");
    let found = find_product(&mut db.work().read(), &slug("shirt"))
        .await
        .unwrap()
        .unwrap();
    let off_sale = found.variants.iter().find(|variant| !variant.active).unwrap();
    let change = |changes| {
        vec![UpdateVariant {
            id: off_sale.id,
            expected_version: None,
            changes,
        }]
    };
    let dearer = VariantChanges {
        price: Some(Some(usd(2_100))),
        ..VariantChanges::default()
    };
    write(&db, async |ctx| {
        update_variants(ctx, shirt.product.id, None, change(dearer))
            .await
            .unwrap()
    })
    .await;
    let back = VariantChanges {
        active: Some(true),
        ..VariantChanges::default()
    };
    let refused = update_variants(&mut db.work().write(), shirt.product.id, None, change(back)).await;
    let Err(UpdateVariantsError::Invalid(Invalid(errors))) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(
        errors[0].field, "variants.0.option_values",
        "it has one option too many to be sold"
    );
}

#[tokio::test]
async fn axes_that_cannot_be_are_named() {
    let db = TestDatabase::new().await;
    let shirt = shelf(&db, vec![product("Shirt", Some(2_000))]).await.remove(0);
    let many: Vec<String> = (0..50).map(|number| number.to_string()).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    for (axes, field, code) in [
        (vec![], "axes.0.name", "required"),
        (vec![axis("Size", &[])], "axes.0.values", "required"),
        (vec![axis("Size", &["S", " S"])], "axes.0.values", "repeated"),
        (
            vec![axis("Size", &["S"]), axis("Size", &["M"])],
            "axes.1.name",
            "repeated",
        ),
        (vec![axis("A", &many), axis("B", &many)], "axes", "too_many_variants"),
    ] {
        let refused = generate_variants(&mut db.work().write(), wanted(&shirt, axes)).await;
        let Err(GenerateVariantsError::Invalid(Invalid(errors))) = refused else {
            panic!("{refused:?}")
        };
        assert!(
            errors
                .iter()
                .any(|error| (error.field.as_str(), error.code) == (field, code)),
            "{errors:?}"
        );
    }
}

#[tokio::test]
async fn two_thousand_variants_are_made_and_changed_in_a_few_statements() {
    let db = TestDatabase::new().await;
    let shirt = shelf(
        &db,
        vec![NewProduct {
            variants: Vec::new(),
            ..product("Shirt", None)
        }],
    )
    .await
    .remove(0);
    let numbers = |most: i32| (0..most).map(|number| format!("{number:02}")).collect();
    let axes = vec![
        Axis {
            name: "A".to_owned(),
            values: numbers(50),
        },
        Axis {
            name: "B".to_owned(),
            values: numbers(40),
        },
    ];
    let made = write(&db, async |ctx| {
        generate_variants(ctx, wanted(&shirt, axes)).await.unwrap().made
    })
    .await;
    assert_eq!(made, 2_000);
    let found = find_product(&mut db.work().read(), &slug("shirt"))
        .await
        .unwrap()
        .unwrap();
    let change = |index: usize, version| UpdateVariant {
        id: found.variants[index].id,
        expected_version: Some(version),
        changes: VariantChanges {
            price: Some(Some(usd(100 + i64::try_from(index).unwrap()))),
            sku: Some(Some(format!("SH-{index}"))),
            active: Some(index.is_multiple_of(2)),
            ..VariantChanges::default()
        },
    };
    let statements = db.database().statement_count();
    let updates: Vec<UpdateVariant> = (0..2_000).map(|index| change(index, 1)).collect();
    write(&db, async |ctx| {
        update_variants(ctx, shirt.product.id, None, updates).await.unwrap()
    })
    .await;
    assert!(db.database().statement_count() - statements <= 8);
    let after = find_product(&mut db.work().read(), &slug("shirt"))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(after.active_variants().count(), 1_000);
    assert_eq!(
        (after.product.price_min, after.product.price_max),
        (Some(usd(100)), Some(usd(2_098)))
    );
    let late = update_variants(&mut db.work().write(), shirt.product.id, None, vec![change(0, 1)]).await;
    assert!(matches!(
        late,
        Err(UpdateVariantsError::VersionConflict { current: 2, .. })
    ));
    let mut taken = change(0, 2);
    taken.changes.sku = Some(Some("SH-1".to_owned()));
    let taken = update_variants(&mut db.work().write(), shirt.product.id, None, vec![taken]).await;
    assert!(matches!(taken, Err(UpdateVariantsError::SkuTaken)));
    let mut wrong = change(1, 2);
    wrong.changes.price = Some(Some(usd(-1)));
    let wrong = update_variants(
        &mut db.work().write(),
        shirt.product.id,
        None,
        vec![change(0, 2), wrong],
    )
    .await;
    let Err(UpdateVariantsError::Invalid(Invalid(errors))) = wrong else {
        panic!("{wrong:?}")
    };
    assert_eq!(errors[0].field, "variants.1.price");
    let id = found.variants[7].id;
    let prices = list_price_changes(&mut db.work().read(), id).await.unwrap();
    assert_eq!(prices.len(), 2, "one when it was made, one when it got its price");
    let same = (0..2_000).map(|index| change(index, 2)).collect();
    write(&db, async |ctx| {
        update_variants(ctx, shirt.product.id, None, same).await.unwrap()
    })
    .await;
    let unchanged = find_product(&mut db.work().read(), &slug("shirt"))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        unchanged.variants, after.variants,
        "nothing changed, so nothing was written"
    );
}
