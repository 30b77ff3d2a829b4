// What is asked of all JavaScript here, beside what tsc asks. Names that are not
// defined are tsc's to find: it knows what browsers have.
import js from "@eslint/js";

// What people read is in words.en.js, and in each other language's table.
const shown = ["AssignmentExpression[left.property.name=/^(textContent|title|ariaLabel|ariaValueText|placeholder|alt)$/][left.object.name!='document'] > .right",
  "CallExpression[callee.property.name=/^(say|speak|stand)$/] > .arguments:first-child",
  "CallExpression[callee.property.name='setAttribute'][arguments.0.value=/^(aria-label|title|alt|placeholder)$/] > .arguments:nth-child(2)"];
const literals = [...shown.flatMap((place) => [`${place}:matches(Literal[value=/[a-z]{2}/], TemplateLiteral:has(TemplateElement[value.cooked=/[a-z]{2}/]))`,
  `${place}:matches(ConditionalExpression, BinaryExpression, LogicalExpression) > :matches(Literal[value=/[a-z]{2}/], TemplateLiteral:has(TemplateElement[value.cooked=/[a-z]{2}/]))`]),
"Literal[value=/^[A-Z][a-z]+,? [a-z]/]:not(CallExpression[callee.object.name='console'] > *)", "TemplateElement[value.cooked=/^[A-Z][a-z]+,? ([a-z]+ |$)/]"];

export default [
  { ignores: ["node_modules/"] },
  js.configs.recommended,
  {
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "no-undef": "off",
      "accessor-pairs": "error",
      "array-callback-return": "error",
      "consistent-return": "off", // tsc
      "curly": ["error", "multi-line"],
      "default-case-last": "error",
      "dot-notation": "error",
      "eqeqeq": "error",
      "no-constructor-return": "error",
      "no-else-return": "error",
      "no-eval": "error",
      "no-implicit-coercion": ["error", { "boolean": false }],
      "no-implicit-globals": "error",
      "no-implied-eval": "error",
      "no-lonely-if": "error",
      "no-misleading-character-class": ["error", { "allowEscape": true }],
      "no-new": "error",
      "no-new-func": "error",
      "no-restricted-properties": ["error", { "property": "innerHTML", "message": "what others chose goes in as text" }, { "property": "outerHTML" }, { "property": "insertAdjacentHTML" }],
      "no-return-assign": ["error", "except-parens"],
      "no-self-compare": "error",
      "no-sequences": ["error", { "allowInParentheses": true }],
      "no-shadow": ["error", { "builtinGlobals": false, "hoist": "all" }],
      "no-template-curly-in-string": "error",
      "no-throw-literal": "error",
      "no-unreachable-loop": "error",
      "no-unused-vars": ["error", { "argsIgnorePattern": "^_", "varsIgnorePattern": "^_" }],
      "no-use-before-define": ["error", { "functions": false, "classes": false, "variables": false }],
      "no-useless-return": "error",
      "no-var": "error",
      "object-shorthand": "error",
      "prefer-const": ["error", { "destructuring": "all" }],
      "prefer-object-spread": "error",
      "prefer-rest-params": "error",
      "prefer-template": "off",
      "radix": "off",
      "require-atomic-updates": "off",
    },
  },
  {
    files: ["web/*.js"],
    ignores: ["web/words.*.js", "web/guard.js"],
    rules: { "no-restricted-syntax": ["error", ...literals.map((selector) => ({ selector, message: "words belong in words.en.js" }))] },
  },
  { files: ["web/guard.js"], languageOptions: { sourceType: "script" } },
];
