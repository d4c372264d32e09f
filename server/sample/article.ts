/** The sample's own article. The facts and their limits are those of the sources below; "still developing" is part of them. */
export const article = {
  slug: 'how-gut-health-shows-on-your-skin',
  title: 'How gut health shows on your skin',
  summary:
    'Acne, rosacea, eczema: what your gut has to do with them, what research can and can’t say so far, and six habits that are worth a try.',
  body: `You change your cream, your soap, your pillowcase. The redness comes back anyway, often in the same weeks in which your stomach is unhappy. Many of the people who sit down with us have noticed this long before anybody told them that it could be more than chance.

Gut and skin have a lot in common. Both are borders: they let in what you need and keep out what you don’t. Both are home to whole communities of microbes. And both answer quickly when the rest of you is out of balance.

## What the gut does besides digesting

The trillions of microbes in your gut, your *microbiome*, help to break down food. That is only the beginning of their work. They take part in training your immune system, in balancing hormones, in keeping inflammation in check, in taking up vitamins and minerals, and in clearing away what the body wants to be rid of.

When that community loses its balance, the word for it is *dysbiosis*. Dysbiosis has been found together with acne, rosacea, eczema, psoriasis and rashes that nobody could explain. “Together with” is the honest way to put it: it does not yet tell us which came first.

## How a gut can reach the skin

Researchers follow several paths, and they probably work side by side.

**The immune system.** Much of it sits around the gut. When it is stirred up there, messengers of inflammation travel with the blood, and the skin is one of the places that notice.

**The gut lining.** A healthy lining is choosy. When it becomes more permeable than it should be, fragments pass through that don’t belong on the other side, and the body reacts to them.

**The gut-brain-skin axis.** Stress changes how fast the gut moves, which microbes do well in it, and how tight its lining is. The skin has its own nerves and its own stress hormones, and it listens in.

**Short-chain fatty acids.** When microbes ferment fiber they make substances such as butyrate. These feed the gut lining, and they seem to support the barrier of fats that keeps skin from drying out.

## What studies have found so far

The field is young, and the studies are small. A few that are worth knowing:

- A review from 2019 gathered what is known about acne and the microbiome. People with acne tend to have a less diverse one.
- In a randomized controlled trial, young children with atopic dermatitis were given *Lactobacillus rhamnosus* for eight weeks; the trial looked at how their eczema changed.
- In mice, *Bifidobacterium longum* together with galacto-oligosaccharides, a prebiotic fiber, was tested against the aging of skin by light.

Mice are not people, and one trial in children says little about acne in adults. The science is still developing. What we can do today is to look after the gut in ways that are good for you anyway, and to watch closely what your skin does.

## Six habits worth a try

**1. Eat for your microbes.** Prebiotic and fiber-rich foods feed them: garlic, onions, bananas, oats, asparagus, flaxseed. If you have IBS, some of these may bother you. That is a reason to choose them with care, and not a reason to give up on fiber.

**2. Cut back on added sugar and ultra-processed food.** Not to be perfect. One swap at a time is how it lasts.

**3. Choose probiotics on purpose.** Strains differ as much as dog breeds do. *L. rhamnosus* and *B. longum* are among those that were studied for skin. Give one of them a few weeks, change nothing else meanwhile, and write down what happens.

**4. Give stress a way out.** Slow breathing, gentle movement, a meal eaten in peace. Ten minutes count.

**5. Sleep seven to nine hours, at regular times.** Put screens away an hour or two before bed.

**6. Drink enough.** Water first; cucumber and watermelon help.

## Be patient with your skin

Skin takes weeks to renew itself, and a gut takes longer than that to settle. Expect small steps: a calmer belly first, fewer flares next, an even tone last. It helps to write things down, because we forget how bad the bad weeks were.

Some things should not wait. Please talk to your physician first if you see blood, lose weight without trying, have a fever, or if a rash spreads quickly or looks infected.

## Where a dietitian comes in

Lists of good foods are easy to find. What is hard is to know which of them are good for *you*, in which order to try them, and when to stop. That is our work: we listen, look at the whole picture with you, and build a gut-healing plan that you can live with.`,
  sources: [
    { text: 'The gut microbiome and acne: a review. Journal of Clinical Medicine, 2019.', url: null },
    {
      text: 'Lactobacillus rhamnosus over eight weeks in young children with atopic dermatitis, a randomized controlled trial. Journal of Microbiology, Immunology and Infection.',
      url: null,
    },
    {
      text: 'Bifidobacterium longum with galacto-oligosaccharides against photo-aging, in mice. Journal of Medicinal Food.',
      url: null,
    },
  ],
}
