-- What a category is for, where it stands in menus, and its colour.
ALTER TABLE categories
  ADD COLUMN description VARCHAR(300) NOT NULL DEFAULT '' AFTER look_twin,
  ADD COLUMN place INT UNSIGNED NOT NULL DEFAULT 1000000 AFTER description,
  ADD COLUMN hue TINYINT UNSIGNED NULL AFTER place,
  ADD KEY categories_by_place (place, id);
